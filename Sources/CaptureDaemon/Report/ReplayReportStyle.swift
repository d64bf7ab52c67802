extension ReplayReport {
  /// The page's look: light or dark as the reader's system is, narrow on a phone, and without colour fields in print.
  static let style = """
    :root { --paper: #f6f7f9; --card: #ffffff; --ink: #16202c; --muted: #5b6877; --line: #dde2e8; --accent: #0b62d6;
      --presence: #b9d4f7; --band: #eef3fa; --outdone: #8d99a8; --merged: #d58a00; --empty: #c9d0d8;
      --good: #13753c; --good-field: #def3e5; --open: #8a5a00; --open-field: #fbeed2; --bad: #b3261e; --bad-field: #fbe3e1; }
    @media (prefers-color-scheme: dark) {
      :root { --paper: #0f141a; --card: #171e26; --ink: #e7edf4; --muted: #94a3b3; --line: #2a343f; --accent: #67a8ff;
        --presence: #27466e; --band: #1c2631; --outdone: #7d8b9a; --merged: #e5a73a; --empty: #424e5a;
        --good: #7fd8a1; --good-field: #16352a; --open: #f0c36b; --open-field: #382c12; --bad: #ff9a92; --bad-field: #43201d; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif;
      -webkit-text-size-adjust: 100%; font-variant-numeric: tabular-nums; }
    main { max-width: 1240px; margin: 0 auto; padding: 28px 20px 60px; }
    p, h1, h2, h3, dl, ul, figure { margin: 0; }
    a { color: inherit; text-decoration: none; }
    a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .muted { color: var(--muted); font-weight: 400; }
    h1 { font-size: 28px; line-height: 1.2; letter-spacing: -0.01em; overflow-wrap: anywhere; }
    h2 { font-size: 19px; }
    h3 { font-size: 15px; display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; }
    h3 .muted { font-size: 13px; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 20px 0; }
    .tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
    .tile b { font-size: 22px; letter-spacing: -0.01em; white-space: nowrap; }
    .tile span { white-space: nowrap; }
    .tile small { display: block; color: var(--muted); }
    .tile.bad b, .tile.bad small { color: var(--bad); }
    .timeline { position: relative; }
    .timeline svg { display: block; width: 100%; height: 92px; background: var(--card); border-bottom: 1px solid var(--line); }
    .overview svg { height: 34px; border: 1px solid var(--line); border-radius: 6px; }
    .vehicle { fill: var(--accent); } a:hover .vehicle { opacity: 0.75; }
    .dismissed { fill: var(--empty); }
    .axis { position: relative; height: 18px; font-size: 11px; color: var(--muted); overflow: hidden; }
    .axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
    .axis .first { transform: none; } .axis .last { transform: translateX(-100%); }
    .numbers { position: relative; height: 1.3em; margin-top: 6px; font-size: 11px; font-weight: 600; color: var(--accent); }
    .numbers.double { height: 2.4em; }
    .numbers span { position: absolute; transform: translateX(-50%); line-height: 1.1; }
    svg path { fill: none; vector-effect: non-scaling-stroke; stroke-linecap: round; }
    svg .band { fill: var(--band); }
    svg .grid { stroke: var(--line); stroke-width: 1; }
    svg .presence { fill: var(--presence); stroke: none; }
    svg .dot { stroke-width: 4; }
    svg .empty { stroke: var(--empty); stroke-width: 3; }
    svg .outdone { stroke: var(--outdone); }
    svg .merged { stroke: var(--merged); }
    svg .stem { stroke: var(--accent); stroke-width: 1.5; }
    svg .chosen { stroke: var(--accent); stroke-width: 8; }
    .legend { list-style: none; padding: 0; margin: 10px 0 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 12.5px;
      color: var(--muted); }
    .legend i { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 6px; }
    .legend .k-presence, .legend .k-band { width: 16px; border-radius: 2px; }
    .k-chosen { background: var(--accent); } .k-outdone { background: var(--outdone); } .k-merged { background: var(--merged); }
    .k-empty { background: var(--empty); } .k-presence { background: var(--presence); }
    .k-band { background: var(--band); border: 1px solid var(--line); }
    .passage { background: var(--card); border: 1px solid var(--line); border-radius: 12px; margin-top: 22px; padding: 18px 20px; }
    .passage > header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; }
    .passage:target { border-color: var(--accent); }
    .chips { display: flex; flex-wrap: wrap; gap: 6px; }
    .chip { border: 1px solid var(--line); border-radius: 99px; padding: 1px 10px; font-size: 13px; }
    .chip.good { color: var(--good); background: var(--good-field); border-color: transparent; }
    .chip.open { color: var(--open); background: var(--open-field); border-color: transparent; }
    .chip.bad { color: var(--bad); background: var(--bad-field); border-color: transparent; }
    .facts { display: flex; flex-wrap: wrap; gap: 6px 26px; margin: 12px 0 0; font-size: 13px; }
    .facts dt { color: var(--muted); font-size: 12px; }
    .facts dd { margin: 0; overflow-wrap: anywhere; }
    .camera { margin-top: 20px; padding-top: 16px; border-top: 1px solid var(--line); }
    .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 14px 12px; margin-top: 10px; }
    figure { min-width: 0; }
    figure a { position: relative; display: block; }
    figure img { display: block; width: 100%; height: auto; border-radius: 6px; background: var(--band); }
    figure i { position: absolute; left: 6px; top: 6px; min-width: 20px; padding: 0 5px; border-radius: 10px; text-align: center;
      font: 600 12px/20px system-ui, sans-serif; color: #fff; background: rgb(10 30 60 / 75%); }
    figcaption { font-size: 12.5px; padding-top: 5px; overflow-wrap: anywhere; }
    figcaption span { float: right; color: var(--muted); }
    figcaption small { display: block; font-size: 11.5px; color: var(--muted); }
    figcaption em { display: block; font-style: normal; font-size: 12px; text-wrap: pretty; }
    table { border-collapse: collapse; margin-top: 10px; font-size: 13px; }
    td { padding: 5px 18px 5px 0; border-top: 1px solid var(--line); vertical-align: top; }
    td:first-child { white-space: nowrap; }
    .nothing { margin-top: 22px; padding: 40px 20px; text-align: center; color: var(--muted); border: 1px dashed var(--line);
      border-radius: 12px; }
    @media (max-width: 620px) {
      main { padding: 18px 12px 40px; } h1 { font-size: 22px; } .passage { padding: 14px 12px; }
      .tiles, .pictures { grid-template-columns: repeat(2, minmax(0, 1fr)); } .pictures { gap: 12px 8px; }
      .tile { padding: 10px; } .tile b { font-size: 19px; } .timeline svg { height: 74px; } .overview svg { height: 30px; }
      svg .chosen { stroke-width: 6; } svg .dot { stroke-width: 3; } svg .chosen.dot { stroke-width: 6; } }
    @media print {
      :root { --paper: #fff; --card: #fff; --ink: #000; --muted: #444; --line: #bbb; --accent: #0b4fa8; --presence: #cfe0f6;
        --band: #f3f3f3; --outdone: #888; --merged: #b87400; --empty: #ccc; --good: #060; --good-field: #fff; --open: #640;
        --open-field: #fff; --bad: #900; --bad-field: #fff; }
      body { font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
      main { max-width: none; padding: 0; } .passage { border: 0; padding: 0; }
      .pictures { grid-template-columns: repeat(5, 1fr); }
      figure, .tile, .timeline, .passage > header { break-inside: avoid; } h3, .passage > header { break-after: avoid; } }
    """
}
