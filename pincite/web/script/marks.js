// Marks stretches of a text in an element, by offsets that count code points. The element's text, its tags apart, is
// the document's: so an offset into the one is an offset into the other.

// How many code points a text has. Most texts have no character beyond the first plane.
function points(text) {
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}

// The place in `text`, in UTF-16 units, of its code point number `wanted`.
function unit(text, wanted) {
  if (!/[\ud800-\udfff]/.test(text)) return wanted;
  let units = 0;
  for (const character of text) {
    if (wanted-- === 0) break;
    units += character.length;
  }
  return units;
}

// Where the elements directly below a root begin: a long document is not walked from its first word each time.
const beginnings = new WeakMap();

function before(root, start) {
  if (!beginnings.has(root)) {
    const found = [];
    let position = 0;
    for (const node of root.childNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) found.push([position, node]);
      position += points(node.textContent);
    }
    beginnings.set(root, found);
  }
  const found = beginnings.get(root);
  let low = 0, high = found.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (found[middle][0] <= start) low = middle + 1;
    else high = middle;
  }
  return found[low - 1] ?? [0, root];
}

// Wraps the characters from `start` to `end` of `root`, one element for each text node that they stand in, made by
// `make`. Gives those elements, in order.
function wrap(root, start, end, make) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  let position;
  [position, walker.currentNode] = before(root, start);
  for (let node = walker.nextNode(); node && position < end; node = walker.nextNode()) {
    const length = points(node.data);
    if (position + length > start) {
      const first = Math.max(start - position, 0), last = Math.min(end - position, length);
      if (first < last) found.push([node, unit(node.data, first), unit(node.data, last)]);
    }
    position += length;
  }
  return found.map(([node, first, last]) => {
    if (last < node.data.length) node.splitText(last);
    const inside = first > 0 ? node.splitText(first) : node;
    const element = make();
    inside.replaceWith(element);
    element.append(inside);
    return element;
  });
}

// Takes elements away again and joins the texts that they had parted.
function unwrap(elements) {
  const parents = new Set();
  for (const element of elements) {
    const parent = element.parentNode;
    if (!parent) continue;
    parents.add(parent);
    element.replaceWith(...element.childNodes);
  }
  for (const parent of parents) parent.normalize();
}
