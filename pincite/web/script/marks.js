// Marks parts of an element's text by offsets that count code points. Without tags, the element's text is the
// document's text, so offsets are the same in both.

// Returns the number of code points of a text. Most texts have no surrogate pairs.
function points(text) {
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}

// Returns the position of code point number `wanted` in `text`, in UTF-16 units.
function unit(text, wanted) {
  if (!/[\ud800-\udfff]/.test(text)) return wanted;
  let units = 0;
  for (const character of text) {
    if (wanted-- === 0) break;
    units += character.length;
  }
  return units;
}

// The offsets of the elements directly below a root, so that a long document is not searched from its first word.
const beginnings = new WeakMap();

function before(root, start) {
  if (!beginnings.has(root)) {
    const offsets = [];
    let position = 0;
    for (const node of root.childNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) offsets.push([position, node]);
      position += points(node.textContent);
    }
    beginnings.set(root, offsets);
  }
  const offsets = beginnings.get(root);
  let low = 0, high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle][0] <= start) low = middle + 1;
    else high = middle;
  }
  return offsets[low - 1] ?? [0, root];
}

// Wraps the characters from `start` to `end` of `root` in elements made by `make`, one for each text node that contains
// some of them. Returns the elements in order.
function wrap(root, start, end, make) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const pieces = [];
  let position;
  [position, walker.currentNode] = before(root, start);
  for (let node = walker.nextNode(); node && position < end; node = walker.nextNode()) {
    const length = points(node.data);
    if (position + length > start) {
      const first = Math.max(start - position, 0), last = Math.min(end - position, length);
      if (first < last) pieces.push([node, unit(node.data, first), unit(node.data, last)]);
    }
    position += length;
  }
  return pieces.map(([node, first, last]) => {
    if (last < node.data.length) node.splitText(last);
    const inside = first > 0 ? node.splitText(first) : node;
    const element = make();
    inside.replaceWith(element);
    element.append(inside);
    return element;
  });
}

// Removes elements that `wrap` made, and joins the text nodes that they split.
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
