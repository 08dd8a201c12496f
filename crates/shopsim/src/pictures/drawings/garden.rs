//! Drawings of the department `Garden`.

use crate::pictures::Drawing;

pub(crate) const SECATEURS: Drawing = Drawing(
    r##"
<path d="M206 190 Q250 130 236 64 Q196 100 184 178 Z" fill="#cfd5d9"/>
<path d="M190 196 Q150 150 150 96 Q186 120 208 186 Z" fill="#aeb7bd"/>
<path d="M192 196 Q150 240 140 316" fill="none" stroke="@b" stroke-width="25" stroke-linecap="round"/>
<path d="M206 196 Q258 236 262 316" fill="none" stroke="@a" stroke-width="25" stroke-linecap="round"/>
<path d="M168 240 Q200 262 228 238" fill="none" stroke="@k" stroke-width="6"/>
<circle cx="199" cy="190" r="16" fill="@k"/><circle cx="199" cy="190" r="6" fill="@c"/>
"##,
);

pub(crate) const SPADE: Drawing = Drawing(
    r##"
<path d="M200 84 V214" stroke="@b" stroke-width="17"/>
<path d="M160 54 H240 V72 Q240 92 206 98 H194 Q160 92 160 72 Z M178 66 H222 V72 Q220 80 200 80 Q180 80 178 72 Z" fill="@d" fill-rule="evenodd"/>
<path d="M148 204 H252 V266 Q248 304 200 326 Q152 304 148 266 Z" fill="#aeb7bd"/>
<path d="M200 204 H252 V266 Q248 304 200 326 Z" fill="#929da4"/>
<rect x="188" y="186" width="24" height="50" rx="7" fill="@k"/>
1|<path d="M192 130 H208 M192 144 H208" stroke="@a" stroke-width="9"/>
"##,
);

pub(crate) const GLOVES: Drawing = Drawing(
    r##"
<path d="M222 320 V216 Q216 190 222 140 Q230 128 240 140 L244 190 L250 116 Q260 104 270 116 L270 188 L282 126 Q294 118 300 132 L294 204 L306 168 Q320 164 322 178 Q314 230 296 256 V320 Z" fill="@d"/>
<path d="M100 320 V256 Q82 230 74 178 Q78 164 90 168 L104 204 L98 132 Q104 118 116 126 L130 188 V116 Q140 104 150 116 L156 190 L160 140 Q170 128 178 140 Q186 190 180 216 V320 Z" fill="@b"/>
<path d="M96 280 H184 V322 H96 Z M218 280 H300 V322 H218 Z" fill="@a"/>
1|<g fill="@c"><circle cx="118" cy="236" r="6"/><circle cx="144" cy="222" r="6"/><circle cx="164" cy="246" r="6"/><circle cx="132" cy="260" r="6"/></g>
"##,
);

pub(crate) const WATERING_CAN: Drawing = Drawing(
    r##"
<path d="M172 178 Q180 96 250 106 Q330 120 312 250" fill="none" stroke="@d" stroke-width="13"/>
<path d="M164 250 L70 170 L84 154 L170 206 Z" fill="@d"/>
<path d="M46 160 L92 132 L100 148 L66 186 Z" fill="@a"/>
<path d="M148 180 H300 L312 320 H136 Z" fill="@b"/>
<path d="M148 180 H226 V200 H146 Z" fill="@d"/>
<path d="M142 250 H306" stroke="@l" stroke-width="7"/>
<path d="M40 196 L34 212 M54 204 L50 220 M30 226 L26 240" stroke="#7fb0c8" stroke-width="5" stroke-linecap="round"/>
"##,
);

pub(crate) const PLANTER: Drawing = Drawing(
    r##"
0|<path d="M200 200 Q150 140 110 136 Q126 190 200 200 Q180 110 202 66 Q230 120 200 200 Q250 134 292 136 Q278 190 200 200" fill="#6d8f5e"/>
1|<path d="M200 202 V96" stroke="#5d7d54" stroke-width="7"/><g fill="#7da06c"><circle cx="200" cy="92" r="36"/><circle cx="162" cy="128" r="32"/><circle cx="240" cy="128" r="32"/><circle cx="200" cy="146" r="34"/></g>
2|<path d="M176 204 Q170 120 156 84 M200 204 V70 M224 204 Q230 120 246 84" stroke="#6d8f5e" stroke-width="15" fill="none" stroke-linecap="round"/>
<path d="M118 208 H282 L262 320 H138 Z" fill="@b"/>
<rect x="106" y="192" width="188" height="32" rx="9" fill="@d"/>
<path d="M142 240 L152 304" stroke="@l" stroke-width="9" stroke-linecap="round"/>
"##,
);

pub(crate) const SEEDS: Drawing = Drawing(
    r##"
<path d="M122 92 H278 V312 Q278 320 270 320 H130 Q122 320 122 312 Z" fill="@c"/>
<path d="M122 92 H278 V136 H122 Z" fill="@b"/>
<path d="M122 92 L132 82 L142 92 L152 82 L162 92 L172 82 L182 92 L192 82 L202 92 L212 82 L222 92 L232 82 L242 92 L252 82 L262 92 L272 82 L278 92" fill="@b"/>
<path d="M200 286 V206 M200 262 Q170 258 164 236 Q194 236 200 262 M200 250 Q230 244 236 222 Q206 224 200 250" stroke="#5d7d54" stroke-width="6" fill="#7da06c"/>
<g fill="@a"><circle cx="200" cy="170" r="13"/><circle cx="221" cy="185" r="13"/><circle cx="213" cy="208" r="13"/><circle cx="187" cy="208" r="13"/><circle cx="179" cy="185" r="13"/></g><circle cx="200" cy="191" r="11" fill="@k"/>
<path d="M146 302 H254" stroke="@b" stroke-width="7"/>
"##,
);

pub(crate) const HERB_KIT: Drawing = Drawing(
    r##"
<path d="M120 206 Q96 160 126 130 Q150 160 120 206 M132 206 Q150 160 164 152 Q168 190 132 206" fill="#6d8f5e"/>
<path d="M200 206 V116 M190 206 L172 130 M210 206 L230 128" stroke="#7da06c" stroke-width="8" stroke-linecap="round"/>
<g fill="#86aa74"><circle cx="262" cy="160" r="19"/><circle cx="288" cy="172" r="19"/><circle cx="272" cy="190" r="19"/></g>
<path d="M94 204 H160 L152 262 H102 Z" fill="#c2704f"/><path d="M168 204 H234 L226 262 H176 Z" fill="#c2704f"/><path d="M242 204 H308 L300 262 H250 Z" fill="#c2704f"/>
<path d="M72 250 H328 V308 Q328 318 318 318 H82 Q72 318 72 308 Z" fill="@b"/>
<path d="M72 284 H328" stroke="@d" stroke-width="4"/>
<rect x="168" y="266" width="64" height="34" rx="4" fill="@c"/><path d="M180 283 H220" stroke="@d" stroke-width="5"/>
"##,
);

pub(crate) const GARDEN_CHAIR: Drawing = Drawing(
    r##"
<path d="M138 240 L112 322 M258 240 L292 322 M158 240 L276 322 M246 244 L128 322" stroke="@d" stroke-width="9" stroke-linecap="round"/>
<path d="M134 84 H266 L258 226 H142 Z" fill="none" stroke="@d" stroke-width="11"/>
<path d="M138 104 H262 M139 132 H261 M140 160 H260 M141 188 H259" stroke="@b" stroke-width="17"/>
<path d="M120 232 H280 L292 256 H108 Z" fill="@b"/>
<path d="M116 244 H284" stroke="@d" stroke-width="4"/>
1|<path d="M122 216 Q200 206 278 216 Q288 234 276 242 H124 Q112 234 122 216 Z" fill="@a"/>
2|<path d="M104 186 H150 M250 186 H296 M112 186 V240 M288 186 V240" stroke="@d" stroke-width="10" stroke-linecap="round"/>
"##,
);

pub(crate) const FIRE_BOWL: Drawing = Drawing(
    r##"
<path d="M146 216 Q138 150 176 118 Q176 152 196 158 Q190 96 226 66 Q222 124 248 146 Q274 176 254 216 Z" fill="#e0863a"/>
<path d="M172 218 Q166 176 192 162 Q196 186 208 188 Q210 160 224 150 Q244 186 232 218 Z" fill="#f4c661"/>
<path d="M140 220 L256 196 M146 196 L262 222" stroke="@w" stroke-width="15" stroke-linecap="round"/>
<path d="M82 214 H318 Q312 286 236 298 H164 Q88 286 82 214 Z" fill="@b"/>
<path d="M82 214 H318 V230 H84 Z" fill="@d"/>
<path d="M148 292 L126 322 M252 292 L274 322 M200 298 V322" stroke="@d" stroke-width="11" stroke-linecap="round"/>
1|<path d="M82 224 Q52 226 58 250 M318 224 Q348 226 342 250" stroke="@d" stroke-width="9" fill="none"/>
"##,
);

pub(crate) const BIRD_HOUSE: Drawing = Drawing(
    r##"
<path d="M200 300 V326" stroke="@d" stroke-width="19"/>
<path d="M132 168 H268 V300 H132 Z" fill="@b"/>
<path d="M200 76 L302 176 L286 192 L200 110 L114 192 L98 176 Z" fill="@a"/>
<path d="M200 108 L268 172 H132 Z" fill="@l"/>
<circle cx="200" cy="206" r="27" fill="@k"/>
<path d="M200 256 V246" stroke="@w" stroke-width="9" stroke-linecap="round"/><circle cx="200" cy="258" r="7" fill="@w"/>
<path d="M132 270 H268" stroke="@d" stroke-width="4"/>
0|<path d="M216 256 Q240 240 250 258 Q240 276 220 268 Z" fill="@c"/><circle cx="246" cy="252" r="9" fill="@c"/><path d="M254 252 L264 255 L254 258 Z" fill="@a"/>
1|<path d="M158 168 V300 M242 168 V300" stroke="@d" stroke-width="4"/>
"##,
);
