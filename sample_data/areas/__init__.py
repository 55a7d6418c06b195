"""The areas of the synthetic town, in the order they are made."""

from sample_data.areas import (
    inkan,
    jifu,
    jite,
    jumin,
    jutogai,
    kaigo,
    keiji,
    kenko,
    kojin,
    kokuho,
    koseki,
    kosodate,
    kotei,
    seiho,
    senkyo,
    shogai,
)

AREAS = (
    jumin.AREA,
    inkan.AREA,
    keiji.AREA,
    jutogai.AREA,
    seiho.AREA,
    kokuho.AREA,
    jite.AREA,
    kaigo.AREA,
    jifu.AREA,
    shogai.AREA,
    kojin.AREA,
    koseki.AREA,
    senkyo.AREA,
    kosodate.AREA,
    kotei.AREA,
    kenko.AREA,
)
