"""What a page is asked in a browser: is every text easy to see, does anything scroll sideways, with everything unfolded."""

from __future__ import annotations

# Every element with text of its own: its colour against the nearest ground behind it (WCAG 2.2, contrast ratio).
TOO_FAINT = """() => {
  const parse = text => { const p = text.match(/[\\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p };
  const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map(v => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }); return 0.2126*x + 0.7152*y + 0.0722*z };
  const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c[3] === 1) return c } return parse(getComputedStyle(document.body).backgroundColor) };
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.getClientRects().length) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 7) found.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}: ${e.textContent.trim().slice(0, 30)}`);
  }
  return found;
}"""
UNFOLD = "() => document.querySelectorAll('details').forEach(each => { each.open = true })"
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
