/** The mark: three systems, one road, in lacquer red on paper. Drawn for this project. */
export const mark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" role="img" aria-label="Liên Thông">
<rect width="48" height="48" rx="12" fill="#8f1d14"/>
<g fill="none" stroke="#f3d9a4" stroke-width="2.6" stroke-linecap="round">
<path d="M12 13c9 0 9 11 14 11h10"/><path d="M12 24h24"/><path d="M12 35c9 0 9-11 14-11"/>
</g>
<g fill="#f3d9a4"><circle cx="12" cy="13" r="3.6"/><circle cx="12" cy="24" r="3.6"/><circle cx="12" cy="35" r="3.6"/></g>
<circle cx="36.5" cy="24" r="4.6" fill="#fff7e6"/>
</svg>`
