"""文字同定: MJ characters offline, identification, shrinking, the register of gaiji and their decisions."""
