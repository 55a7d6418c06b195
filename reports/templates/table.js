"use strict";
(function () {
  var TONES = { "○": "good", "△": "warn", "×": "bad", "－": "none" };
  function number(text) { var value = parseFloat(text.replace(/[,%]/g, "")); return isNaN(value) ? -Infinity : value; }
  function fold(text) { return text.toLowerCase(); }
  async function unpack(node) {
    var bytes = Uint8Array.from(atob(node.textContent), function (sign) { return sign.charCodeAt(0); });
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    var columns = JSON.parse(await new Response(stream).text());
    return columns[0].map(function (_, row) { return columns.map(function (column) { return column[row]; }); });
  }
  function plain(body) {
    return Array.from(body.rows, function (row) { return Array.from(row.cells, function (cell) { return cell.textContent; }); });
  }
  var GLYPHS = {}, SVG = "http://www.w3.org/2000/svg";
  document.querySelectorAll("symbol[data-key]").forEach(function (node) { GLYPHS[node.dataset.key] = node.id; });
  function draw(cell, key) {
    var picture = document.createElementNS(SVG, "svg"), use = document.createElementNS(SVG, "use");
    picture.setAttribute("class", "glyph"); use.setAttribute("href", "#" + GLYPHS[key]); picture.appendChild(use);
    var label = document.createElement("span"); label.textContent = key;
    cell.append(picture, label);
  }
  function line(cells, classes) {
    var row = document.createElement("tr");
    cells.forEach(function (text, place) {
      var cell = row.insertCell();
      cell.className = classes[place] + (classes[place] === "s" && TONES[text[0]] ? " " + TONES[text[0]] : "");
      if (classes[place] === "g" && GLYPHS[text]) { draw(cell, text); } else { cell.textContent = text; }
    });
    return row;
  }
  function start(section) {
    var table = section.querySelector("table.rows"), body = table.tBodies[0], data = section.querySelector("script.data");
    var heads = Array.from(table.tHead.rows[0].cells);
    var classes = heads.map(function (head) { return head.className.split(" ")[0]; });
    var tools = section.querySelector(".tools"), box = tools.querySelector("input"), said = tools.querySelector(".said");
    var back = tools.querySelector(".back"), next = tools.querySelector(".next");
    var size = data ? PAGE_ROWS : Infinity, all = null, chosen = null, page = 0, order = null;
    async function load() { if (!all) { all = data ? await unpack(data) : plain(body); chosen = all; } }
    function show() {
      var from = page * size || 0, part = chosen.slice(from, from + size);
      body.replaceChildren.apply(body, part.map(function (cells) { return line(cells, classes); }));
      said.textContent = chosen.length.toLocaleString() + " 件" + (chosen.length === all.length ? "" : "（全 " + all.length.toLocaleString() + " 件から）")
        + (part.length ? " のうち " + (from + 1).toLocaleString() + "～" + (from + part.length).toLocaleString() + " 件目" : " 該当なし");
      back.disabled = page === 0; next.disabled = from + size >= chosen.length;
    }
    function sorted(rows) {
      if (!order) return rows;
      var place = order.place, sign = order.sign, numeric = classes[place] === "n";
      return rows.slice().sort(function (a, b) {
        var x = numeric ? number(a[place]) : a[place], y = numeric ? number(b[place]) : b[place];
        return x < y ? -sign : x > y ? sign : 0;
      });
    }
    async function choose() {
      await load();
      var words = fold(box.value).split(/[\s　]+/).filter(Boolean);
      chosen = sorted(words.length ? all.filter(function (cells) {
        var text = fold(cells.join("\n"));
        return words.every(function (word) { return text.indexOf(word) >= 0; });
      }) : all);
      page = 0; show();
    }
    async function turn(step) { await load(); page += step; show(); table.scrollIntoView(); }
    box.addEventListener("input", choose);
    back.addEventListener("click", function () { turn(-1); });
    next.addEventListener("click", function () { turn(1); });
    heads.forEach(function (head, place) {
      head.classList.add("sortable"); head.title = "押すと並べ替えます";
      head.addEventListener("click", function () {
        order = { place: place, sign: order && order.place === place ? -order.sign : 1 };
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", order.sign > 0 ? "ascending" : "descending");
        choose();
      });
    });
    if (!data) { back.hidden = next.hidden = true; }
    if (data && typeof DecompressionStream === "undefined") { tools.hidden = true; return; }
    tools.hidden = false;
    if (data) { load().then(show); }
  }
  document.querySelectorAll("section.tooled").forEach(start);
})();
