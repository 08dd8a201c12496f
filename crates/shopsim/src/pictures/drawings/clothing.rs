//! Drawings of the department `Clothing`.

use crate::pictures::Drawing;

pub(crate) const JACKET: Drawing = Drawing(
    r##"
<path d="M150 104 L92 140 L74 286 L114 296 L126 214 V322 H274 V214 L286 296 L326 286 L308 140 L250 104 Z" fill="@b"/>
<path d="M150 104 Q160 70 200 68 Q240 70 250 104 Q226 130 200 130 Q174 130 150 104 Z" fill="@d"/>
<path d="M166 104 Q176 86 200 86 Q224 86 234 104 Q218 118 200 118 Q182 118 166 104 Z" fill="@k" opacity=".55"/>
<path d="M200 128 V322" stroke="@a" stroke-width="6"/>
<path d="M142 250 L174 262 M258 250 L226 262" stroke="@d" stroke-width="7"/>
<path d="M126 214 L122 150 M274 214 L278 150" stroke="@d" stroke-width="4"/>
1|<path d="M126 160 H274 L280 140 L250 104 H150 L120 140 Z" fill="@l"/><path d="M200 128 V322" stroke="@a" stroke-width="6"/><path d="M150 104 Q160 70 200 68 Q240 70 250 104 Q226 130 200 130 Q174 130 150 104 Z" fill="@d"/>
2|<rect x="216" y="168" width="38" height="30" rx="5" fill="@d"/><path d="M126 306 H274" stroke="@d" stroke-width="7"/>
"##,
);

pub(crate) const PUFFER: Drawing = Drawing(
    r##"
<path d="M154 98 L100 130 Q84 200 78 288 L118 296 L128 214 V320 H272 V214 L282 296 L322 288 Q316 200 300 130 L246 98 Z" fill="@b"/>
<rect x="158" y="70" width="84" height="44" rx="20" fill="@d"/>
<path d="M128 160 H272 M128 200 H272 M128 240 H272 M128 280 H272" stroke="@d" stroke-width="6"/>
<path d="M92 182 L126 188 M86 226 L124 232 M80 264 L120 270 M308 182 L274 188 M314 226 L276 232 M320 264 L280 270" stroke="@d" stroke-width="5"/>
<path d="M134 146 H190 M134 186 H190 M134 226 H190" stroke="@l" stroke-width="5" opacity=".7"/>
<path d="M200 78 V320" stroke="@a" stroke-width="6"/>
"##,
);

pub(crate) const TSHIRT: Drawing = Drawing(
    r##"
<path d="M150 96 L76 140 L100 200 L132 184 V318 H268 V184 L300 200 L324 140 L250 96 Q200 134 150 96 Z" fill="@b"/>
<path d="M150 96 Q200 134 250 96 L240 90 Q200 120 160 90 Z" fill="@d"/>
<path d="M132 184 L128 150 M268 184 L272 150" stroke="@d" stroke-width="4"/>
0|<rect x="222" y="168" width="34" height="36" rx="4" fill="@d"/>
1|<path d="M132 190 H268 M132 214 H268 M132 238 H268 M132 262 H268" stroke="@c" stroke-width="8"/>
2|<circle cx="200" cy="204" r="34" fill="@a"/><path d="M172 216 Q200 190 228 216 Q214 238 200 238 Q186 238 172 216 Z" fill="@c"/>
"##,
);

pub(crate) const JUMPER: Drawing = Drawing(
    r##"
<path d="M152 98 L98 128 L70 282 L112 294 L132 206 V318 H268 V206 L288 294 L330 282 L302 128 L248 98 Q200 128 152 98 Z" fill="@b"/>
<path d="M152 98 Q200 128 248 98 L242 84 Q200 104 158 84 Z" fill="@d"/>
<path d="M132 296 H268 V318 H132 Z M74 262 L116 274 L112 294 L70 282 Z M326 262 L284 274 L288 294 L330 282 Z" fill="@d"/>
0|<path d="M132 176 L156 156 L178 176 L200 156 L222 176 L244 156 L268 176" fill="none" stroke="@c" stroke-width="7"/><path d="M132 200 L156 180 L178 200 L200 180 L222 200 L244 180 L268 200" fill="none" stroke="@a" stroke-width="7"/>
1|<path d="M166 130 V296 M200 130 V296 M234 130 V296" stroke="@d" stroke-width="6" opacity=".7"/>
2|<path d="M132 168 H268 M132 196 H268 M132 224 H268" stroke="@c" stroke-width="11"/>
"##,
);

pub(crate) const SHIRT: Drawing = Drawing(
    r##"
<path d="M154 94 L98 124 L72 282 L112 292 L132 208 V320 Q200 306 268 320 V208 L288 292 L328 282 L302 124 L246 94 L200 122 Z" fill="@b"/>
<path d="M154 94 L166 80 L200 108 L234 80 L246 94 L226 132 L200 110 L174 132 Z" fill="@l"/>
<path d="M200 112 V312" stroke="@d" stroke-width="5"/>
<circle cx="208" cy="150" r="4" fill="@c"/><circle cx="208" cy="188" r="4" fill="@c"/><circle cx="208" cy="226" r="4" fill="@c"/><circle cx="208" cy="264" r="4" fill="@c"/>
<rect x="222" y="162" width="34" height="38" rx="3" fill="@d"/>
1|<path d="M150 130 V310 M176 136 V310 M226 204 V310 M250 204 V310" stroke="@c" stroke-width="4" opacity=".8"/>
2|<path d="M132 220 H268 M132 256 H268 M132 290 H268 M160 130 V312 M238 208 V312" stroke="@a" stroke-width="6" opacity=".75"/>
"##,
);

pub(crate) const TROUSERS: Drawing = Drawing(
    r##"
<path d="M144 84 H256 L276 322 H220 L200 170 L180 322 H124 Z" fill="@b"/>
<path d="M144 84 H256 L258 106 H142 Z" fill="@d"/>
<path d="M200 106 V170" stroke="@d" stroke-width="5"/>
<path d="M146 110 Q150 138 172 140 M254 110 Q250 138 228 140" fill="none" stroke="@d" stroke-width="5"/>
<rect x="192" y="90" width="16" height="12" rx="4" fill="@a"/>
1|<path d="M126 302 H182 M218 302 H274" stroke="@l" stroke-width="14"/>
2|<rect x="134" y="196" width="36" height="46" rx="5" fill="@d"/><path d="M134 208 H170" stroke="@a" stroke-width="4"/>
"##,
);

pub(crate) const SHORTS: Drawing = Drawing(
    r##"
<path d="M134 120 H266 L296 282 H214 L200 204 L186 282 H104 Z" fill="@b"/>
<path d="M134 120 H266 L270 144 H130 Z" fill="@d"/>
<path d="M200 144 V204" stroke="@d" stroke-width="5"/>
<path d="M188 146 Q184 176 178 180 M212 146 Q214 172 220 176" stroke="@c" stroke-width="5" fill="none"/>
<path d="M132 150 Q134 184 160 188 M268 150 Q266 184 240 188" fill="none" stroke="@d" stroke-width="5"/>
1|<path d="M108 262 H188 M212 262 H292" stroke="@a" stroke-width="8"/>
2|<path d="M266 150 L286 280" stroke="@c" stroke-width="9"/>
"##,
);

pub(crate) const DRESS: Drawing = Drawing(
    r##"
<path d="M164 76 Q168 112 152 146 L160 190 L108 314 Q200 336 292 314 L240 190 L248 146 Q232 112 236 76 L222 76 Q216 112 200 114 Q184 112 178 76 Z" fill="@b"/>
<path d="M158 182 H242 L246 202 H154 Z" fill="@a"/>
<path d="M176 204 L152 320 M200 204 V326 M224 204 L248 320" stroke="@d" stroke-width="4"/>
1|<g fill="@c"><circle cx="170" cy="232" r="6"/><circle cx="206" cy="250" r="6"/><circle cx="238" cy="272" r="6"/><circle cx="160" cy="282" r="6"/><circle cx="198" cy="300" r="6"/><circle cx="186" cy="150" r="6"/><circle cx="218" cy="140" r="6"/></g>
2|<path d="M122 282 Q200 302 278 282" stroke="@c" stroke-width="8" fill="none"/>
"##,
);

pub(crate) const BEANIE: Drawing = Drawing(
    r##"
<path d="M110 254 Q104 122 200 118 Q296 122 290 254 Z" fill="@b"/>
<path d="M146 250 Q146 160 182 124 M200 250 V120 M254 250 Q254 160 218 124" fill="none" stroke="@d" stroke-width="5"/>
<rect x="100" y="242" width="200" height="58" rx="22" fill="@d"/>
<path d="M132 246 V296 M164 246 V296 M196 246 V296 M228 246 V296 M260 246 V296" stroke="@b" stroke-width="6"/>
0|<circle cx="200" cy="106" r="32" fill="@c"/>
1|<rect x="226" y="258" width="42" height="26" rx="4" fill="@a"/>
2|<path d="M112 214 Q200 196 288 214" stroke="@c" stroke-width="12" fill="none"/>
"##,
);

pub(crate) const SOCKS: Drawing = Drawing(
    r##"
<path d="M212 88 H280 V222 Q280 246 262 264 L222 308 Q200 326 180 310 Q166 292 184 274 L212 240 Z" fill="@d"/>
<path d="M132 84 H204 V222 Q204 248 184 268 L142 312 Q118 332 96 314 Q80 294 100 274 L132 240 Z" fill="@b"/>
<path d="M132 84 H204 V112 H132 Z" fill="@a"/>
<path d="M96 314 Q80 294 100 274 L112 262 Q138 280 142 312 Q118 332 96 314 Z M204 204 Q182 206 182 232 Q188 246 202 238 Z" fill="@a"/>
1|<path d="M132 132 H204 M132 152 H204 M132 172 H204" stroke="@c" stroke-width="8"/>
2|<g fill="@c"><circle cx="152" cy="142" r="6"/><circle cx="184" cy="152" r="6"/><circle cx="156" cy="180" r="6"/><circle cx="186" cy="192" r="6"/><circle cx="160" cy="222" r="6"/></g>
"##,
);

pub(crate) const SCARF: Drawing = Drawing(
    r##"
<path d="M118 116 Q200 60 282 116 Q296 160 200 176 Q104 160 118 116 Z" fill="@b"/>
<path d="M150 122 Q200 94 250 122 Q244 142 200 146 Q156 142 150 122 Z" fill="@k" opacity=".35"/>
<path d="M208 168 L266 152 L292 306 L236 314 Z" fill="@d"/>
<path d="M146 160 L208 172 L196 316 L138 308 Z" fill="@b"/>
<path d="M142 310 V328 M156 312 V330 M170 314 V332 M184 316 V334 M244 314 L247 330 M260 312 L263 328 M276 310 L279 326" stroke="@d" stroke-width="5"/>
0|<path d="M142 270 L200 278 M144 248 L202 256" stroke="@a" stroke-width="10"/>
1|<path d="M160 166 L154 310 M184 170 L176 312 M142 220 L204 228 M140 262 L200 270" stroke="@c" stroke-width="5"/>
"##,
);
