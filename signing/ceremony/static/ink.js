// @ts-check
/**
 * The curve of a hand-drawn signature: the algorithm of signing/ink.py, number for number, so that
 * the client sees what the PDF will hold. Pure: strokes in, path commands out. The steps below are
 * numbered as they are there.
 *
 * @typedef {[number, number, number, number]} Sample x, y, t in ms, pressure 0..1
 * @typedef {[number, number]} Vector
 * @typedef {object} Sink what takes the path: a Path2D, a canvas context
 * @property {(x: number, y: number) => void} moveTo
 * @property {(x: number, y: number) => void} lineTo
 * @property {(x1: number, y1: number, x2: number, y2: number, x: number, y: number) => void} bezierCurveTo
 * @property {() => void} closePath
 */

const MIN_STEP = 0.004;
const MAX_WIDTH = 0.006;
const MIN_WIDTH = 0.0022;
const DOT_WIDTH = 1.3;
const HALF_SPEED = 1.4;
const WIDTH_FOLLOWS = 0.35;
const START_WIDTH = 0.6;
const CORNER = Math.PI / 4;
const CIRCLE_HANDLE = 0.5522847498;

/**
 * Draw the outline of one stroke, to be filled by the non-zero rule.
 * @param {Sample[]} stroke
 * @param {number} pad width of the pad in its own units
 * @param {Sink} sink
 */
export function strokeOutline(stroke, pad, sink) {
  const kept = thinOut(stroke, MIN_STEP * pad);
  if (kept.length === 1) {
    disc(kept[0][0], kept[0][1], (DOT_WIDTH * MAX_WIDTH * pad) / 2, sink);
    return;
  }
  const widths = strokeWidths(kept, pad);
  const points = smooth(kept.map(([x, y]) => /** @type {Vector} */ ([x, y])));
  for (const [first, last] of runs(points)) {
    const run = points.slice(first, last + 1);
    const runWidths = widths.slice(first, last + 1);
    runOutline(run, runWidths, sink);
    disc(run[0][0], run[0][1], runWidths[0] / 2, sink);
    disc(run[run.length - 1][0], run[run.length - 1][1], runWidths[runWidths.length - 1] / 2, sink);
  }
}

/** Step 1. @param {Sample[]} stroke @param {number} step @returns {Sample[]} */
function thinOut(stroke, step) {
  const kept = [stroke[0]];
  for (const sample of stroke.slice(1)) {
    const last = kept[kept.length - 1];
    if (Math.hypot(sample[0] - last[0], sample[1] - last[1]) >= step) kept.push(sample);
  }
  if (kept.length > 1) kept[kept.length - 1] = stroke[stroke.length - 1];
  return kept;
}

/** Step 2. @param {Sample[]} kept @param {number} pad @returns {number[]} */
function strokeWidths(kept, pad) {
  const widths = [START_WIDTH * MAX_WIDTH * pad];
  for (let i = 1; i < kept.length; i += 1) {
    const [bx, by, bt] = kept[i - 1];
    const [x, y, t, pressure] = kept[i];
    const speed = ((Math.hypot(x - bx, y - by) / pad) * 1000) / Math.max(t - bt, 1);
    let wanted = Math.max((MAX_WIDTH * pad) / (1 + speed / HALF_SPEED), MIN_WIDTH * pad);
    wanted *= 0.6 + 0.8 * (pressure || 0.5);
    widths.push(widths[i - 1] + WIDTH_FOLLOWS * (wanted - widths[i - 1]));
  }
  return widths;
}

/** Step 3. @param {Vector[]} points @returns {Vector[]} */
function smooth(points) {
  return points.map((point, i) => {
    if (i === 0 || i === points.length - 1) return point;
    const [a, c] = [points[i - 1], points[i + 1]];
    return [(a[0] + 2 * point[0] + c[0]) / 4, (a[1] + 2 * point[1] + c[1]) / 4];
  });
}

/** Step 4: first and last index of every run. @param {Vector[]} points @returns {Vector[]} */
function runs(points) {
  const corners = [0];
  for (let i = 1; i < points.length - 1; i += 1) {
    const [ax, ay] = [points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]];
    const [bx, by] = [points[i + 1][0] - points[i][0], points[i + 1][1] - points[i][1]];
    if (Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by)) > CORNER) corners.push(i);
  }
  corners.push(points.length - 1);
  return corners.slice(1).map((last, i) => [corners[i], last]);
}

/** Step 5: the unit tangent at each point of a run. @param {Vector[]} points @returns {Vector[]} */
function directions(points) {
  const last = points.length - 1;
  return points.map((_, i) => {
    const [a, b] = [points[Math.max(i - 1, 0)], points[Math.min(i + 1, last)]];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    return [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  });
}

/** Step 6. @param {Vector[]} points @param {number[]} widths @param {Sink} sink */
function runOutline(points, widths, sink) {
  const along = directions(points);
  /** @type {Vector[]} */
  const sideA = points.map(([x, y], i) => [x - (along[i][1] * widths[i]) / 2, y + (along[i][0] * widths[i]) / 2]);
  /** @type {Vector[]} */
  const sideB = points.map(([x, y], i) => [x + (along[i][1] * widths[i]) / 2, y - (along[i][0] * widths[i]) / 2]);
  sink.moveTo(...sideB[0]);
  side(sideB, along, sink);
  sink.lineTo(...sideA[sideA.length - 1]);
  side(sideA.toReversed(), along.toReversed().map(([dx, dy]) => /** @type {Vector} */ ([-dx, -dy])), sink);
  sink.closePath();
}

/** The curves along one side of a run. @param {Vector[]} points @param {Vector[]} along @param {Sink} sink */
function side(points, along, sink) {
  for (let i = 0; i < points.length - 1; i += 1) {
    const [[ax, ay], [bx, by]] = [points[i], points[i + 1]];
    const handle = Math.hypot(bx - ax, by - ay) / 3;
    const [[adx, ady], [bdx, bdy]] = [along[i], along[i + 1]];
    sink.bezierCurveTo(ax + adx * handle, ay + ady * handle, bx - bdx * handle, by - bdy * handle, bx, by);
  }
}

/** Step 7. @param {number} x @param {number} y @param {number} r @param {Sink} sink */
function disc(x, y, r, sink) {
  const h = CIRCLE_HANDLE * r;
  sink.moveTo(x + r, y);
  sink.bezierCurveTo(x + r, y + h, x + h, y + r, x, y + r);
  sink.bezierCurveTo(x - h, y + r, x - r, y + h, x - r, y);
  sink.bezierCurveTo(x - r, y - h, x - h, y - r, x, y - r);
  sink.bezierCurveTo(x + h, y - r, x + r, y - h, x + r, y);
  sink.closePath();
}
