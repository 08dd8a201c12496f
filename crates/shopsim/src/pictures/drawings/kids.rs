//! Drawings of the department `Kids`.

use crate::pictures::Drawing;

pub(crate) const BLOCKS: Drawing = Drawing(
    r##"
<rect x="92" y="242" width="78" height="78" rx="7" fill="@b"/>
<rect x="232" y="242" width="78" height="78" rx="7" fill="@a"/>
<path d="M170 320 V242 H232 V320 H222 Q222 280 201 280 Q180 280 180 320 Z" fill="@w"/>
<rect x="92" y="206" width="218" height="36" rx="6" fill="@l"/>
<rect x="126" y="138" width="56" height="68" rx="6" fill="@d"/><rect x="220" y="138" width="56" height="68" rx="6" fill="@b"/>
<path d="M201 60 L290 138 H112 Z" fill="@a"/>
<circle cx="201" cy="110" r="13" fill="@c"/>
<circle cx="131" cy="281" r="19" fill="@c"/><path d="M271 260 L290 302 H252 Z" fill="@c"/>
"##,
);

pub(crate) const CHEST: Drawing = Drawing(
    r##"
<path d="M78 190 Q80 130 120 128 H280 Q320 130 322 190 Z" fill="@l"/>
<rect x="78" y="190" width="244" height="120" rx="8" fill="@b"/>
<path d="M78 190 H322 V206 H78 Z" fill="@d"/>
<path d="M110 130 V310 M290 130 V310" stroke="@d" stroke-width="11"/>
<rect x="178" y="190" width="44" height="36" rx="7" fill="@a"/>
<circle cx="116" cy="316" r="10" fill="@k"/><circle cx="284" cy="316" r="10" fill="@k"/>
<path d="M200 246 L208 264 L227 266 L213 279 L217 298 L200 288 L183 298 L187 279 L173 266 L192 264 Z" fill="@c"/>
"##,
);

pub(crate) const TOY_CAR: Drawing = Drawing(
    r##"
<path d="M58 278 Q58 226 106 222 L138 170 Q146 158 162 158 H242 Q258 158 268 170 L302 222 Q342 228 342 278 V290 H58 Z" fill="@b"/>
<path d="M134 222 L160 180 H194 V222 Z M208 180 H244 L274 222 H208 Z" fill="#cfe3ea"/>
<circle cx="122" cy="288" r="34" fill="@k"/><circle cx="122" cy="288" r="14" fill="@w"/>
<circle cx="278" cy="288" r="34" fill="@k"/><circle cx="278" cy="288" r="14" fill="@w"/>
<circle cx="330" cy="252" r="9" fill="@a"/>
0|<path d="M58 250 H342" stroke="@c" stroke-width="8"/>
1|<circle cx="200" cy="250" r="18" fill="@c"/><path d="M196 258 V242" stroke="@k" stroke-width="5"/>
2|<rect x="166" y="136" width="70" height="22" rx="5" fill="@a"/>
"##,
);

pub(crate) const BEAR: Drawing = Drawing(
    r##"
0|<circle cx="146" cy="96" r="26" fill="@d"/><circle cx="254" cy="96" r="26" fill="@d"/>
1|<ellipse cx="164" cy="74" rx="19" ry="50" fill="@d"/><ellipse cx="236" cy="74" rx="19" ry="50" fill="@d"/>
2|<path d="M132 130 L136 70 L180 98 Z M268 130 L264 70 L220 98 Z" fill="@d"/>
<ellipse cx="130" cy="236" rx="25" ry="46" fill="@d" transform="rotate(24 130 236)"/><ellipse cx="270" cy="236" rx="25" ry="46" fill="@d" transform="rotate(-24 270 236)"/>
<ellipse cx="200" cy="256" rx="74" ry="66" fill="@b"/>
<ellipse cx="200" cy="262" rx="42" ry="42" fill="@c"/>
<circle cx="200" cy="142" r="68" fill="@b"/>
<ellipse cx="200" cy="164" rx="30" ry="23" fill="@c"/>
<circle cx="176" cy="134" r="7" fill="@k"/><circle cx="224" cy="134" r="7" fill="@k"/>
<path d="M190 154 H210 L200 166 Z" fill="@k"/><path d="M200 166 Q200 176 188 176 M200 166 Q200 176 212 176" stroke="@k" stroke-width="4" fill="none"/>
<ellipse cx="150" cy="306" rx="34" ry="20" fill="@d"/><ellipse cx="250" cy="306" rx="34" ry="20" fill="@d"/>
<path d="M168 204 L200 214 L232 204 L226 226 L200 214 L174 226 Z" fill="@a"/>
"##,
);

pub(crate) const PUZZLE: Drawing = Drawing(
    r##"
<path d="M92 112 H194 V132 Q182 150 200 156 Q218 150 206 132 V112 H308 V210 H288 Q270 198 264 216 Q270 234 288 222 H308 V318 H206 V298 Q218 280 200 274 Q182 280 194 298 V318 H92 V222 H112 Q130 234 136 216 Q130 198 112 210 H92 Z" fill="@b"/>
<path d="M92 112 H194 V132 Q182 150 200 156 V210 H136 Q130 198 112 210 H92 Z" fill="@l"/>
<path d="M308 318 H206 V298 Q218 280 200 274 V222 H264 Q270 234 288 222 H308 Z" fill="@a"/>
<path d="M200 156 V274 M136 216 H264" stroke="@c" stroke-width="5"/>
<circle cx="252" cy="160" r="19" fill="@c"/><path d="M110 300 L146 248 L182 300 Z" fill="@d"/>
"##,
);

pub(crate) const GAME: Drawing = Drawing(
    r##"
<path d="M86 190 H314 V300 Q314 320 294 320 H106 Q86 320 86 300 Z" fill="@d"/>
<path d="M76 168 Q76 150 94 150 H306 Q324 150 324 168 V222 H76 Z" fill="@b"/>
<path d="M106 186 H206" stroke="@c" stroke-width="15" stroke-linecap="round"/><path d="M106 206 H166" stroke="@c" stroke-width="6" stroke-linecap="round"/>
<rect x="252" y="92" width="56" height="56" rx="11" fill="@c" transform="rotate(12 280 120)"/>
<g fill="@k"><circle cx="266" cy="108" r="5"/><circle cx="280" cy="120" r="5"/><circle cx="294" cy="132" r="5"/></g>
<path d="M140 148 Q140 116 160 112 Q146 84 166 80 Q188 82 174 112 Q194 116 194 148 Z" fill="@a"/>
<circle cx="272" cy="192" r="15" fill="@a"/>
<path d="M106 256 H294 M106 284 H294" stroke="@b" stroke-width="6"/>
"##,
);

pub(crate) const BALANCE_BIKE: Drawing = Drawing(
    r##"
<circle cx="114" cy="262" r="57" fill="none" stroke="@k" stroke-width="15"/><circle cx="290" cy="262" r="57" fill="none" stroke="@k" stroke-width="15"/>
<circle cx="114" cy="262" r="11" fill="@w"/><circle cx="290" cy="262" r="11" fill="@w"/>
<path d="M114 262 Q130 196 196 196 Q250 196 262 150 M290 262 L258 136" fill="none" stroke="@b" stroke-width="19" stroke-linecap="round"/>
<path d="M160 196 V166" stroke="@d" stroke-width="13"/>
<path d="M126 158 Q160 146 196 160 Q192 176 160 174 Q130 176 126 158 Z" fill="@a"/>
<path d="M258 136 L236 118 M258 136 L288 122" stroke="@k" stroke-width="11" stroke-linecap="round"/>
1|<circle cx="206" cy="196" r="15" fill="@c"/>
"##,
);

pub(crate) const NIGHT_LIGHT: Drawing = Drawing(
    r##"
<circle cx="200" cy="200" r="142" fill="#fff3cf" opacity=".5"/>
0|<path d="M236 100 Q146 116 150 214 Q162 300 258 292 Q196 262 198 194 Q200 136 236 100 Z" fill="@b"/><circle cx="178" cy="208" r="5" fill="@k"/><path d="M186 230 Q196 238 204 232" stroke="@k" stroke-width="4" fill="none"/>
1|<path d="M120 246 Q104 196 152 188 Q160 132 214 140 Q262 146 264 192 Q310 200 292 250 Q284 266 260 266 H148 Q126 266 120 246 Z" fill="@b"/><circle cx="182" cy="216" r="6" fill="@k"/><circle cx="228" cy="216" r="6" fill="@k"/><path d="M194 234 Q205 244 216 234" stroke="@k" stroke-width="4" fill="none"/>
2|<path d="M146 214 Q142 118 200 114 Q258 118 254 214 Q266 280 200 284 Q134 280 146 214 Z" fill="@b"/><path d="M152 150 L148 92 L184 122 Z M248 150 L252 92 L216 122 Z" fill="@b"/><circle cx="180" cy="178" r="6" fill="@k"/><circle cx="220" cy="178" r="6" fill="@k"/><path d="M192 194 L200 202 L208 194" stroke="@k" stroke-width="4" fill="none"/>
<rect x="148" y="292" width="104" height="26" rx="12" fill="@w"/>
<path d="M310 116 L314 128 L326 130 L316 138 L319 150 L310 143 L300 150 L304 138 L294 130 L306 128 Z M92 134 L95 143 L104 144 L97 150 L99 159 L92 154 L85 159 L87 150 L80 144 L89 143 Z" fill="@a"/>
"##,
);

pub(crate) const PENCIL_CASE: Drawing = Drawing(
    r##"
<path d="M120 190 L100 92 L122 84 L150 190 M168 190 L166 70 H190 V190 M216 190 L240 86 L262 94 L244 190" fill="@a"/>
<path d="M100 92 L106 66 L122 84 Z M166 70 L178 46 L190 70 Z M240 86 L256 66 L262 94 Z" fill="@w"/>
<path d="M66 210 Q66 180 96 180 H304 Q334 180 334 210 V286 Q334 316 304 316 H96 Q66 316 66 286 Z" fill="@b"/>
<path d="M80 206 H320" stroke="@d" stroke-width="7" stroke-dasharray="5 4"/>
<path d="M300 206 L322 230" stroke="@a" stroke-width="8" stroke-linecap="round"/>
0|<rect x="104" y="236" width="86" height="46" rx="6" fill="@c"/><path d="M118 259 H176" stroke="@d" stroke-width="6"/>
1|<g fill="@c"><circle cx="110" cy="250" r="8"/><circle cx="156" cy="274" r="8"/><circle cx="202" cy="248" r="8"/><circle cx="248" cy="276" r="8"/><circle cx="290" cy="256" r="8"/></g>
2|<path d="M66 262 H334" stroke="@d" stroke-width="29"/>
"##,
);
