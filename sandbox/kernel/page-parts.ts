/** The two shapes the page's sections are made of. */
import { html, type Html } from './html.ts'

export const quiet = (vi: string, en: string): Html => html`<p class="quiet">${vi} <span lang="en">${en}</span></p>`

export const table = (heads: readonly string[], rows: readonly (readonly (Html | string | number)[])[]): Html => html`
  <div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>
`
