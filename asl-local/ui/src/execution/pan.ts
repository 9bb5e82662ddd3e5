/** Moving and zooming a drawing, without rendering it again. */

export interface View {
  x: number;
  y: number;
  scale: number;
}

const SMALLEST = 0.08;
const LARGEST = 3;
/** A drawing that would be smaller is shown from its beginning instead. */
const LEGIBLE = 0.62;

export class Pan {
  view: View = { x: 0, y: 0, scale: 1 };
  /** Whether the reader moved it; until then it follows the size of its window. */
  isTouched = false;
  private size = { width: 1, height: 1 };

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly content: SVGGElement,
  ) {}

  resize(size: { width: number; height: number }): void {
    this.size = size;
    if (!this.isTouched) this.home();
  }

  /** All of it if that is legible, or else its beginning. */
  home(): void {
    this.isTouched = false;
    const { clientWidth: width, clientHeight: height } = this.svg;
    if (width === 0 || height === 0) return;
    const whole = Math.min(width / this.size.width, height / this.size.height, 1.25);
    if (whole >= LEGIBLE) return this.fit();
    const scale = Math.max(LEGIBLE, Math.min(1, width / this.size.width));
    const isWide = this.size.width * scale > width;
    this.show({ x: isWide ? 0 : (width - this.size.width * scale) / 2, y: 0, scale });
  }

  /** All of it. */
  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.svg;
    if (width === 0 || height === 0) return;
    const scale = Math.max(SMALLEST, Math.min(width / this.size.width, height / this.size.height, 1.25));
    this.show({ x: (width - this.size.width * scale) / 2, y: (height - this.size.height * scale) / 2, scale });
  }

  move(right: number, down: number): void {
    this.isTouched = true;
    this.show({ ...this.view, x: this.view.x + right, y: this.view.y + down });
  }

  /** Zooms around a point of the window; around its middle if none is given. */
  zoom(factor: number, at?: { x: number; y: number }): void {
    this.isTouched = true;
    const { x, y, scale } = this.view;
    const point = at ?? { x: this.svg.clientWidth / 2, y: this.svg.clientHeight / 2 };
    const next = Math.min(LARGEST, Math.max(SMALLEST, scale * factor));
    const ratio = next / scale;
    this.show({ x: point.x - (point.x - x) * ratio, y: point.y - (point.y - y) * ratio, scale: next });
  }

  /** Moves a box of the drawing into the window, if it is outside. */
  reveal(box: { x: number; y: number; width: number; height: number }): void {
    const { x, y, scale } = this.view;
    const height = Math.min(box.height, 80);
    const [left, top] = [x + box.x * scale, y + box.y * scale];
    const [right, bottom] = [left + box.width * scale, top + height * scale];
    const [width, tall] = [this.svg.clientWidth, this.svg.clientHeight];
    const margin = 12;
    let [dx, dy] = [0, 0];
    if (right > width - margin) dx = width - margin - right;
    if (left + dx < margin) dx = margin - left;
    if (bottom > tall - margin) dy = tall - margin - bottom;
    if (top + dy < margin) dy = margin - top;
    if (dx !== 0 || dy !== 0) this.move(dx, dy);
  }

  private show(view: View): void {
    this.view = view;
    this.content.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }
}
