//! Drawings of the department `Bed & Bath`.

use crate::pictures::Drawing;

pub(crate) const DUVET: Drawing = Drawing(
    r##"
<rect x="62" y="120" width="276" height="200" rx="14" fill="@w"/>
<rect x="84" y="152" width="104" height="64" rx="20" fill="@c"/><rect x="212" y="152" width="104" height="64" rx="20" fill="@c"/>
<path d="M72 206 Q140 190 200 206 T328 206 V304 Q328 318 314 318 H86 Q72 318 72 304 Z" fill="@b"/>
<path d="M72 206 Q140 190 200 206 T328 206 V236 Q264 222 200 236 T72 236 Z" fill="@l"/>
0|<path d="M116 244 V316 M158 240 V316 M200 240 V316 M242 236 V316 M284 240 V316" stroke="@d" stroke-width="5"/>
1|<g fill="@c"><circle cx="110" cy="262" r="7"/><circle cx="160" cy="282" r="7"/><circle cx="210" cy="260" r="7"/><circle cx="260" cy="284" r="7"/><circle cx="300" cy="256" r="7"/></g>
2|<path d="M72 270 H328" stroke="@a" stroke-width="10"/>
"##,
);

pub(crate) const FOLDED_SHEETS: Drawing = Drawing(
    r##"
<rect x="88" y="266" width="224" height="52" rx="22" fill="@d"/>
<rect x="94" y="214" width="212" height="54" rx="22" fill="@b"/>
<rect x="90" y="162" width="220" height="54" rx="22" fill="@l"/>
<path d="M112 292 H300 M116 240 H296 M112 188 H300" stroke="@c" stroke-width="4" opacity=".8"/>
<path d="M182 158 H218 V320 H182 Z" fill="@a"/>
<rect x="176" y="222" width="48" height="34" rx="4" fill="@c"/>
"##,
);

pub(crate) const PILLOW: Drawing = Drawing(
    r##"
<path d="M66 164 Q200 132 334 164 Q348 174 340 230 Q348 288 332 300 Q200 326 68 300 Q52 288 60 230 Q52 174 66 164 Z" fill="@b"/>
<path d="M70 170 Q110 190 128 184 M330 170 Q290 190 272 184 M72 294 Q110 274 130 280 M328 294 Q290 274 270 280" stroke="@d" stroke-width="5" fill="none" stroke-linecap="round"/>
<path d="M150 220 Q200 244 250 220" stroke="@d" stroke-width="5" fill="none" stroke-linecap="round"/>
1|<path d="M60 230 Q200 204 340 230" stroke="@a" stroke-width="7" fill="none"/>
2|<path d="M130 152 Q140 230 130 310 M200 146 V314 M270 152 Q260 230 270 310" stroke="@l" stroke-width="6" fill="none"/>
"##,
);

pub(crate) const TOWELS: Drawing = Drawing(
    r##"
<rect x="66" y="100" width="268" height="15" rx="7" fill="@w"/>
<path d="M104 106 H222 V310 H104 Z" fill="@b"/>
<path d="M104 272 H222 V292 H104 Z" fill="@c"/>
<path d="M206 106 H296 V262 H206 Z" fill="@d"/>
<path d="M206 228 H296 V244 H206 Z" fill="@a"/>
<path d="M112 310 V322 M132 310 V322 M152 310 V322 M172 310 V322 M192 310 V322 M212 310 V322" stroke="@b" stroke-width="5"/>
1|<path d="M104 150 H222 M104 176 H222 M104 202 H222" stroke="@l" stroke-width="9"/>
2|<path d="M104 140 H222 M104 160 H222 M104 180 H222 M104 200 H222 M124 112 V268 M144 112 V268 M164 112 V268 M184 112 V268" stroke="@d" stroke-width="3" opacity=".6"/>
"##,
);

pub(crate) const BATHROBE: Drawing = Drawing(
    r##"
<path d="M158 76 L102 112 L74 264 L118 276 L130 210 V322 H270 V210 L282 276 L326 264 L298 112 L242 76 Z" fill="@b"/>
<path d="M158 76 L200 204 L242 76 L226 70 L200 130 L174 70 Z" fill="@l"/>
<path d="M130 208 H270 V230 H130 Z" fill="@d"/>
<path d="M204 228 L192 292 M212 228 L222 284" stroke="@d" stroke-width="12" stroke-linecap="round"/>
<rect x="142" y="246" width="36" height="34" rx="4" fill="@d"/>
<path d="M78 244 L122 256 M322 244 L278 256" stroke="@l" stroke-width="9"/>
1|<path d="M150 130 V200 M250 130 V200 M240 240 V318" stroke="@a" stroke-width="5"/>
"##,
);

pub(crate) const BATH_MAT: Drawing = Drawing(
    r##"
<path d="M112 170 H288 Q300 170 304 182 L334 292 Q336 308 322 308 H78 Q64 308 66 292 L96 182 Q100 170 112 170 Z" fill="@b"/>
<path d="M122 188 H278 L306 290 H94 Z" fill="none" stroke="@c" stroke-width="7"/>
0|<path d="M118 214 H282 M110 240 H290 M104 266 H296" stroke="@d" stroke-width="8"/>
1|<g fill="@d"><circle cx="150" cy="216" r="8"/><circle cx="200" cy="216" r="8"/><circle cx="250" cy="216" r="8"/><circle cx="138" cy="256" r="8"/><circle cx="200" cy="256" r="8"/><circle cx="262" cy="256" r="8"/></g>
2|<path d="M200 206 Q246 240 200 276 Q154 240 200 206 Z" fill="@a"/>
"##,
);

pub(crate) const BASKET: Drawing = Drawing(
    r##"
<path d="M110 168 Q94 130 130 124 M290 168 Q306 130 270 124" fill="none" stroke="@w" stroke-width="11"/>
<path d="M96 160 H304 L284 320 H116 Z" fill="@b"/>
<path d="M98 186 H302 M101 212 H299 M104 238 H296 M108 264 H292 M111 290 H289" stroke="@d" stroke-width="5"/>
<path d="M136 162 L146 318 M176 162 L180 318 M224 162 L220 318 M264 162 L254 318" stroke="@d" stroke-width="4" opacity=".7"/>
<rect x="88" y="146" width="224" height="26" rx="13" fill="@l"/>
1|<path d="M110 150 Q150 96 196 140 Q240 90 290 150 Z" fill="@c"/>
2|<path d="M104 238 H296 L292 264 H108 Z" fill="@a"/>
"##,
);

pub(crate) const SOAP: Drawing = Drawing(
    r##"
<path d="M74 286 H326 L312 318 H88 Z" fill="@w"/>
<rect x="104" y="196" width="192" height="92" rx="28" fill="@b"/>
<rect x="104" y="186" width="192" height="82" rx="28" fill="@l"/>
<rect x="158" y="186" width="84" height="102" fill="@c"/>
<path d="M176 222 H224 M184 240 H216" stroke="@d" stroke-width="5"/>
<circle cx="270" cy="150" r="18" fill="@c" opacity=".9"/><circle cx="298" cy="124" r="11" fill="@c" opacity=".9"/><circle cx="252" cy="112" r="8" fill="@c" opacity=".9"/>
1|<path d="M200 196 Q216 206 200 216 Q184 206 200 196 Z" fill="@a"/>
2|<path d="M106 232 Q132 220 156 232 M244 232 Q270 220 294 232" stroke="@d" stroke-width="5" fill="none"/>
"##,
);

pub(crate) const DISPENSER: Drawing = Drawing(
    r##"
<path d="M200 128 V84 H256 V100" fill="none" stroke="@k" stroke-width="11" stroke-linecap="round"/>
<rect x="176" y="112" width="48" height="30" rx="6" fill="@k"/>
<path d="M150 178 Q152 142 184 140 H216 Q248 142 250 178 V302 Q250 320 232 320 H168 Q150 320 150 302 Z" fill="@b"/>
<rect x="150" y="200" width="100" height="84" fill="@c"/>
<path d="M170 224 H230 M170 242 H214 M170 260 H222" stroke="@d" stroke-width="5"/>
<path d="M164 166 V190" stroke="@l" stroke-width="8" stroke-linecap="round"/>
1|<path d="M200 212 Q224 234 200 268 Q176 234 200 212 Z" fill="@a"/>
"##,
);
