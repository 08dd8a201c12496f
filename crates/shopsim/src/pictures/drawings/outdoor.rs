//! Drawings of the department `Outdoor`.

use crate::pictures::Drawing;

pub(crate) const DOME_TENT: Drawing = Drawing(
    r##"
<path d="M70 318 Q120 130 200 122 Q280 130 330 318 Z" fill="@b"/>
<path d="M200 122 Q280 130 330 318 H262 Q250 190 200 122 Z" fill="@d"/>
<path d="M200 150 Q160 230 150 318 H250 Q240 230 200 150 Z" fill="@c"/>
<path d="M200 150 Q206 240 196 318 H250 Q240 230 200 150 Z" fill="@k" opacity=".75"/>
<path d="M70 318 Q120 130 200 122 Q280 130 330 318" fill="none" stroke="@a" stroke-width="6"/>
<path d="M70 318 L44 330 M330 318 L356 330" stroke="@k" stroke-width="3"/>
1|<path d="M104 230 Q150 214 172 216" stroke="@l" stroke-width="8" fill="none"/>
2|<circle cx="200" cy="112" r="8" fill="@a"/>
"##,
);

pub(crate) const TUNNEL_TENT: Drawing = Drawing(
    r##"
<path d="M60 318 Q66 176 150 170 H270 Q344 196 350 318 Z" fill="@b"/>
<path d="M60 318 Q66 176 150 170 Q206 190 210 318 Z" fill="@l"/>
<path d="M92 318 Q98 216 146 212 Q176 226 178 318 Z" fill="@k" opacity=".75"/>
<path d="M92 318 Q98 216 146 212 Q120 250 122 318 Z" fill="@c"/>
<path d="M150 170 Q206 190 210 318 M226 170 Q284 192 288 318" stroke="@a" stroke-width="5" fill="none"/>
<path d="M350 318 L372 328 M60 318 L36 328" stroke="@k" stroke-width="3"/>
0|<rect x="238" y="214" width="34" height="26" rx="6" fill="@c" transform="skewX(6) translate(-24 0)"/>
2|<path d="M284 200 Q320 214 334 260" stroke="@l" stroke-width="7" fill="none"/>
"##,
);

pub(crate) const SLEEPING_BAG: Drawing = Drawing(
    r##"
<path d="M200 72 Q262 76 262 140 L250 300 Q244 322 200 322 Q156 322 150 300 L138 140 Q138 76 200 72 Z" fill="@b"/>
<path d="M200 92 Q238 94 238 132 Q236 162 200 166 Q164 162 162 132 Q162 94 200 92 Z" fill="@k" opacity=".7"/>
<ellipse cx="200" cy="146" rx="30" ry="15" fill="@c"/>
<path d="M142 190 H258 M145 222 H255 M148 254 H252 M150 286 H250" stroke="@d" stroke-width="5"/>
<path d="M226 164 V312" stroke="@a" stroke-width="6"/>
<rect x="221" y="188" width="10" height="18" rx="4" fill="@c"/>
1|<path d="M162 200 V300" stroke="@l" stroke-width="6"/>
"##,
);

pub(crate) const SLEEPING_MAT: Drawing = Drawing(
    r##"
<path d="M104 318 L140 128 H330 L296 318 Z" fill="@b"/>
<path d="M114 266 H305 M122 224 H312 M130 182 H320" stroke="@d" stroke-width="5"/>
<circle cx="116" cy="296" r="34" fill="@l"/>
<circle cx="116" cy="296" r="22" fill="@d"/>
<circle cx="116" cy="296" r="10" fill="@l"/>
<rect x="312" y="138" width="20" height="13" rx="5" fill="@a"/>
1|<path d="M200 134 L168 312 M258 134 L228 312" stroke="@d" stroke-width="4"/>
"##,
);

pub(crate) const BACKPACK: Drawing = Drawing(
    r##"
<path d="M128 318 V150 Q130 92 200 90 Q270 92 272 150 V318 Q200 334 128 318 Z" fill="@b"/>
<path d="M140 130 Q150 70 200 68 Q250 70 260 130 L256 158 H144 Z" fill="@d"/>
<path d="M176 72 Q200 40 224 72" fill="none" stroke="@k" stroke-width="8"/>
<rect x="152" y="214" width="96" height="88" rx="14" fill="@l"/>
<path d="M152 240 H248" stroke="@d" stroke-width="5"/>
<rect x="100" y="214" width="30" height="92" rx="13" fill="@d"/>
<rect x="270" y="214" width="30" height="92" rx="13" fill="@d"/>
<path d="M168 140 V214 M232 140 V214" stroke="@a" stroke-width="7"/>
<rect x="161" y="172" width="14" height="16" fill="@c"/><rect x="225" y="172" width="14" height="16" fill="@c"/>
1|<ellipse cx="200" cy="62" rx="74" ry="20" fill="@a"/>
2|<path d="M284 214 V168 Q284 156 292 156" stroke="@c" stroke-width="10" fill="none"/>
"##,
);

pub(crate) const DAYPACK: Drawing = Drawing(
    r##"
<path d="M126 310 V178 Q126 104 200 104 Q274 104 274 178 V310 Q274 322 262 322 H138 Q126 322 126 310 Z" fill="@b"/>
<path d="M178 108 Q178 78 200 78 Q222 78 222 108" fill="none" stroke="@k" stroke-width="9"/>
<path d="M138 178 Q140 122 200 120 Q260 122 262 178" fill="none" stroke="@d" stroke-width="6"/>
<rect x="148" y="214" width="104" height="84" rx="16" fill="@d"/>
<path d="M160 232 H240" stroke="@c" stroke-width="5"/>
<rect x="190" y="156" width="20" height="28" rx="4" fill="@a"/>
1|<rect x="148" y="214" width="104" height="84" rx="16" fill="@l"/><path d="M160 236 H240" stroke="@a" stroke-width="6"/>
2|<path d="M126 214 H274" stroke="@a" stroke-width="8"/><rect x="150" y="236" width="100" height="64" rx="12" fill="@l"/>
"##,
);

pub(crate) const BOTTLE: Drawing = Drawing(
    r##"
<path d="M160 318 V166 Q160 142 178 132 V112 H222 V132 Q240 142 240 166 V318 Q240 326 230 326 H170 Q160 326 160 318 Z" fill="@b"/>
<rect x="172" y="74" width="56" height="40" rx="9" fill="@k"/>
<path d="M184 74 Q184 56 200 56 Q216 56 216 74" fill="none" stroke="@k" stroke-width="8"/>
<path d="M174 170 V306" stroke="@l" stroke-width="9" stroke-linecap="round"/>
<path d="M160 290 H240 V318 Q240 326 230 326 H170 Q160 326 160 318 Z" fill="@d"/>
0|<path d="M184 232 L206 196 L220 218 L228 206 L240 232 Z" fill="@c"/>
1|<path d="M160 196 H240 M160 210 H240" stroke="@a" stroke-width="6"/>
2|<circle cx="206" cy="214" r="16" fill="@c"/>
"##,
);

pub(crate) const STOVE: Drawing = Drawing(
    r##"
<path d="M176 246 H224 V300 Q224 318 200 318 Q176 318 176 300 Z" fill="@a"/>
<rect x="168" y="230" width="64" height="22" rx="8" fill="@d"/>
<path d="M200 232 V186 M200 206 L128 176 M200 206 L272 176" stroke="@b" stroke-width="11" stroke-linecap="round"/>
<ellipse cx="200" cy="182" rx="44" ry="13" fill="@d"/>
<path d="M170 172 Q180 130 194 166 Q200 112 212 162 Q224 136 232 172 Z" fill="#e0863a"/>
<path d="M184 172 Q190 148 200 170 Q206 140 216 172 Z" fill="#f4c661"/>
<path d="M232 240 H276" stroke="@k" stroke-width="6"/><circle cx="284" cy="240" r="11" fill="@k"/>
1|<path d="M132 316 L168 286 M268 316 L232 286" stroke="@b" stroke-width="10" stroke-linecap="round"/>
"##,
);

pub(crate) const COOK_SET: Drawing = Drawing(
    r##"
<path d="M118 204 H282 V296 Q282 320 258 320 H142 Q118 320 118 296 Z" fill="@b"/>
<path d="M118 204 H150 V320 H142 Q118 320 118 296 Z" fill="@l"/>
<rect x="106" y="192" width="188" height="18" rx="9" fill="@d"/>
<path d="M138 150 H262 V192 H138 Z" fill="@l"/>
<rect x="128" y="140" width="144" height="14" rx="7" fill="@d"/>
<circle cx="200" cy="126" r="12" fill="@k"/>
<path d="M282 232 Q344 226 344 262 Q344 288 290 282" fill="none" stroke="@a" stroke-width="9"/>
2|<path d="M150 262 H282" stroke="@d" stroke-width="4"/>
"##,
);

pub(crate) const HEADLAMP: Drawing = Drawing(
    r##"
<path d="M96 210 Q96 120 200 118 Q304 120 304 210" fill="none" stroke="@a" stroke-width="26"/>
<path d="M96 210 Q96 282 200 286 Q304 282 304 210" fill="none" stroke="@d" stroke-width="26"/>
<rect x="142" y="236" width="116" height="82" rx="24" fill="@b"/>
<circle cx="200" cy="277" r="29" fill="@k"/>
<circle cx="200" cy="277" r="21" fill="@c"/>
<circle cx="200" cy="277" r="9" fill="@a"/>
<rect x="184" y="226" width="32" height="14" rx="6" fill="@k"/>
1|<path d="M110 168 Q140 132 200 130 Q260 132 290 168" fill="none" stroke="@c" stroke-width="5"/>
"##,
);

pub(crate) const LANTERN: Drawing = Drawing(
    r##"
<path d="M150 124 Q150 62 200 62 Q250 62 250 124" fill="none" stroke="@k" stroke-width="7"/>
<path d="M146 140 L162 112 H238 L254 140 Z" fill="@b"/>
<rect x="152" y="140" width="96" height="132" rx="8" fill="@c"/>
<path d="M200 178 Q224 212 212 236 Q200 250 188 236 Q176 212 200 178 Z" fill="#e0863a"/>
<path d="M200 206 Q210 224 204 236 Q200 242 196 236 Q190 224 200 206 Z" fill="#f4c661"/>
<rect x="136" y="268" width="128" height="50" rx="12" fill="@b"/>
<path d="M152 140 V270 M248 140 V270" stroke="@d" stroke-width="7"/>
0|<path d="M200 140 V176" stroke="@d" stroke-width="4"/>
1|<path d="M152 172 H248 M152 236 H248" stroke="@d" stroke-width="4"/>
2|<circle cx="200" cy="293" r="9" fill="@a"/>
"##,
);

pub(crate) const POLES: Drawing = Drawing(
    r##"
<path d="M150 120 L188 312 M250 120 L212 312" stroke="@b" stroke-width="10"/>
<path d="M158 160 L172 230 M242 160 L228 230" stroke="@l" stroke-width="10"/>
<path d="M140 70 L153 134 M260 70 L247 134" stroke="@w" stroke-width="22" stroke-linecap="round"/>
<path d="M138 74 Q104 106 146 124 M262 74 Q296 106 254 124" fill="none" stroke="@k" stroke-width="5"/>
<ellipse cx="184" cy="292" rx="18" ry="7" fill="@k"/><ellipse cx="216" cy="292" rx="18" ry="7" fill="@k"/>
<path d="M188 300 L191 324 M212 300 L209 324" stroke="@k" stroke-width="5"/>
<rect x="163" y="224" width="20" height="13" rx="4" fill="@a"/><rect x="217" y="224" width="20" height="13" rx="4" fill="@a"/>
"##,
);

pub(crate) const CAMP_CHAIR: Drawing = Drawing(
    r##"
<path d="M124 320 L256 214 M276 320 L144 214" stroke="@k" stroke-width="9" stroke-linecap="round"/>
<path d="M128 100 Q200 122 272 100 L262 226 Q200 250 138 226 Z" fill="@b"/>
<path d="M138 226 Q200 250 262 226 L284 240 Q200 286 116 240 Z" fill="@d"/>
<path d="M128 100 L116 322 M272 100 L284 322" stroke="@k" stroke-width="9" stroke-linecap="round"/>
<path d="M102 196 H140 M260 196 H298" stroke="@w" stroke-width="14" stroke-linecap="round"/>
1|<path d="M150 130 Q200 144 250 130" stroke="@a" stroke-width="9" fill="none"/>
2|<rect x="170" y="140" width="60" height="50" rx="8" fill="@l"/>
"##,
);

pub(crate) const HAMMOCK: Drawing = Drawing(
    r##"
<path d="M62 100 V322 M338 100 V322" stroke="@w" stroke-width="20" stroke-linecap="round"/>
<path d="M64 156 L110 196 M336 156 L290 196" stroke="@k" stroke-width="5"/>
<path d="M108 192 Q200 330 292 192 Q282 286 200 290 Q118 286 108 192 Z" fill="@b"/>
<path d="M108 192 Q200 300 292 192 Q200 262 108 192 Z" fill="@d"/>
<path d="M146 246 Q200 286 254 246" stroke="@a" stroke-width="7" fill="none"/>
<circle cx="62" cy="92" r="40" fill="@l" opacity=".7"/><circle cx="338" cy="92" r="40" fill="@l" opacity=".7"/>
"##,
);
