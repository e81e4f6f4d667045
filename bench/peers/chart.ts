/**
 * The results as a picture: two panels of horizontal bars on logarithmic scales, readable on light and dark pages.
 *
 * @module
 */
import type { Result } from "./report.ts";

const width = 860, left = 220, right = 90, barHeight = 18, pitch = 26, panelGap = 46, top = 58;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .axis { font-size: 11px; fill: #656d76 }
  .grid { stroke: #d0d7de }
  .erpc { fill: #0b7a55 } .peer { fill: #8293a8 } .floor { fill: #c3ccd6 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .axis { fill: #9198a1 } .grid { stroke: #3d444d }
    .erpc { fill: #3fb98a } .peer { fill: #7186a0 } .floor { fill: #4b5563 }
  }
`;

interface Bar {
  name: string;
  role: Result["role"];
  value: number;
}

/** The picture as SVG text; systems without figures at 64 calls in flight are left out. */
export function chart(results: readonly Result[], caption: string): string {
  const shown = results.filter(({ row }) => row.c64 !== undefined)
    .sort((a, b) => b.row.c64!.perSecond - a.row.c64!.perSecond);
  const rates = shown.map(({ name, role, row }) => ({ name, role, value: row.c64!.perSecond }));
  const cpus = shown.filter(({ row }) => (row.c64?.cpuMicros ?? 0) > 0)
    .map(({ name, role, row }) => ({ name, role, value: row.c64!.cpuMicros! }));
  const second = top + rates.length * pitch + panelGap + 30;
  const height = second + cpus.length * pitch + 48;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>erpc and other RPC stacks, 64 calls in flight</title>
<style>${style}</style>
${panel("Calls per second, 64 in flight (log scale; longer is better)", rates, top)}
${panel("CPU time per call in µs, client and server (log scale; shorter is better)", cpus, second)}
<text class="axis" x="8" y="${height - 10}">${escape(caption)}</text>
</svg>
`;
}

function panel(title: string, bars: readonly Bar[], y: number): string {
  const low = Math.floor(Math.log10(Math.min(...bars.map(({ value }) => value))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...bars.map(({ value }) => value)))));
  const xOf = (value: number) => left + (width - left - right) * (Math.log10(value) - low) / (high - low);
  const bottom = y + bars.length * pitch;
  const lines = [`<text class="title" x="8" y="${y - 30}">${escape(title)}</text>`];
  if (bars.length === 0) return lines[0]!;
  for (let power = low; power <= high; power++) {
    const x = xOf(10 ** power).toFixed(1);
    lines.push(
      `<line class="grid" x1="${x}" x2="${x}" y1="${y - 4}" y2="${bottom}"/>`,
      `<text class="axis" x="${x}" y="${y - 10}" text-anchor="middle">${short(10 ** power)}</text>`,
    );
  }
  bars.forEach(({ name, role, value }, i) => {
    const barY = y + i * pitch, end = Math.max(xOf(value), left + 1);
    lines.push(
      `<text x="${left - 10}" y="${barY + 14}" text-anchor="end">${escape(name)}</text>`,
      `<rect class="${role}" x="${left}" y="${barY}" width="${(end - left).toFixed(1)}" height="${barHeight}" rx="2"/>`,
      `<text x="${(end + 6).toFixed(1)}" y="${barY + 14}">${short(value)}</text>`,
    );
  });
  return lines.join("\n");
}

function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(value < 10 ? 2 : 3)));
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
