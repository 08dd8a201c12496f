//! Drawings of the department `Shoes & Bags`.

use crate::pictures::Drawing;

pub(crate) const BOOT: Drawing = Drawing(
    r##"
<path d="M118 92 H216 L222 206 Q300 224 318 262 L320 290 H106 Z" fill="@b"/>
<path d="M118 92 H216 L217 114 H117 Z" fill="@d"/>
<path d="M256 218 Q306 232 318 262 L320 290 H250 Q244 240 256 218 Z" fill="@d"/>
<path d="M100 288 H326 V306 L312 320 H290 L282 310 H184 L176 320 H112 L100 308 Z" fill="@k"/>
<path d="M170 128 L222 134 M172 154 L222 160 M174 180 L224 186 M190 206 L236 206" stroke="@a" stroke-width="7"/>
<path d="M110 234 H166 V290" fill="none" stroke="@d" stroke-width="5"/>
2|<path d="M124 76 Q132 92 122 104" stroke="@a" stroke-width="8" fill="none"/>
"##,
);

pub(crate) const TRAINER: Drawing = Drawing(
    r##"
<path d="M80 192 Q100 206 142 178 Q158 168 172 180 L244 232 Q316 238 328 272 L330 288 H74 Z" fill="@b"/>
<path d="M70 284 H334 V298 Q330 318 300 318 H100 Q72 316 70 284 Z" fill="@c"/>
<path d="M70 300 H334" stroke="@a" stroke-width="6"/>
<path d="M80 192 Q72 240 74 288 H130 Q122 226 80 192 Z" fill="@d"/>
<path d="M284 244 Q322 250 328 272 L330 288 H272 Q270 258 284 244 Z" fill="@d"/>
<path d="M178 200 L204 184 M196 214 L222 198 M214 226 L240 212" stroke="@c" stroke-width="7" stroke-linecap="round"/>
0|<path d="M140 282 Q170 230 226 246" fill="none" stroke="@a" stroke-width="11"/>
1|<path d="M138 282 L172 226 M158 284 L192 232 M178 286 L208 240" stroke="@a" stroke-width="8"/>
2|<circle cx="176" cy="254" r="17" fill="@a"/>
"##,
);

pub(crate) const CHELSEA: Drawing = Drawing(
    r##"
<path d="M128 90 H222 L226 214 Q300 230 316 276 V294 H112 Q124 190 128 90 Z" fill="@b"/>
<path d="M186 96 H212 L216 198 Q196 216 182 196 Z" fill="@k" opacity=".65"/>
<path d="M190 100 V200 M200 100 V204 M208 100 V200" stroke="@d" stroke-width="2"/>
<path d="M108 292 H320 V308 H176 L170 322 H108 Z" fill="@k"/>
<path d="M120 84 H146 V116 H130 Z" fill="@a"/>
<path d="M240 226 Q290 238 306 272" fill="none" stroke="@l" stroke-width="7" stroke-linecap="round"/>
"##,
);

pub(crate) const SANDAL: Drawing = Drawing(
    r##"
<path d="M70 270 Q130 246 200 258 Q280 264 334 276 Q346 304 314 312 H96 Q62 308 70 270 Z" fill="@w"/>
<path d="M66 292 Q200 300 340 296 Q334 318 314 320 H96 Q68 318 66 292 Z" fill="@k"/>
<path d="M92 268 Q86 196 126 178 L146 190 Q130 220 142 262 Z" fill="@b"/>
<path d="M206 262 Q216 200 264 214 Q304 228 310 276 Z" fill="@b"/>
<path d="M162 260 Q166 206 206 202 L222 214 Q204 230 200 260 Z" fill="@d"/>
<rect x="240" y="214" width="22" height="26" rx="4" fill="none" stroke="@a" stroke-width="6"/>
<rect x="180" y="206" width="18" height="22" rx="4" fill="none" stroke="@a" stroke-width="5"/>
"##,
);

pub(crate) const WELLY: Drawing = Drawing(
    r##"
<path d="M130 62 H230 L232 218 Q300 232 312 272 V300 H116 Z" fill="@b"/>
<path d="M128 62 H232 V86 H128 Z" fill="@d"/>
<path d="M108 298 H318 V322 H190 L184 314 H108 Z" fill="@k"/>
<path d="M150 100 V210" stroke="@l" stroke-width="10" stroke-linecap="round"/>
<path d="M262 228 Q302 240 312 272 V300 H252 Q250 250 262 228 Z" fill="@d"/>
1|<path d="M128 134 H231 M127 158 H231" stroke="@c" stroke-width="9"/>
2|<g fill="@c"><circle cx="160" cy="130" r="8"/><circle cx="204" cy="150" r="8"/><circle cx="168" cy="186" r="8"/><circle cx="210" cy="216" r="8"/><circle cx="152" cy="250" r="8"/></g>
"##,
);

pub(crate) const SLIPPER: Drawing = Drawing(
    r##"
<path d="M80 296 Q74 226 138 226 Q180 226 196 246 Q206 190 268 196 Q336 210 330 296 Z" fill="@b"/>
<ellipse cx="142" cy="248" rx="58" ry="22" fill="@c"/>
<ellipse cx="140" cy="250" rx="42" ry="13" fill="@d"/>
<path d="M70 288 H334 Q338 318 306 320 H100 Q70 318 70 288 Z" fill="@w"/>
0|<circle cx="262" cy="238" r="17" fill="@a"/>
1|<path d="M226 226 Q262 246 312 236 M222 252 Q262 270 322 262" stroke="@c" stroke-width="8" fill="none"/>
2|<path d="M264 216 L272 234 L292 236 L278 250 L282 270 L264 260 L246 270 L250 250 L236 236 L256 234 Z" fill="@a"/>
"##,
);

pub(crate) const TOTE: Drawing = Drawing(
    r##"
<path d="M152 170 Q150 76 200 76 Q250 76 248 170" fill="none" stroke="@d" stroke-width="14"/>
<path d="M112 150 H288 L304 320 H96 Z" fill="@b"/>
<path d="M112 150 H288 L290 172 H110 Z" fill="@d"/>
0|<path d="M200 206 Q244 214 236 262 Q200 296 164 262 Q156 214 200 206 Z" fill="@a"/><path d="M200 210 V290" stroke="@b" stroke-width="5"/>
1|<path d="M107 214 H293 M103 250 H297 M99 286 H301" stroke="@c" stroke-width="13"/>
2|<rect x="160" y="216" width="80" height="62" rx="5" fill="@l"/><path d="M174 238 H226 M174 256 H212" stroke="@d" stroke-width="6"/>
"##,
);

pub(crate) const CROSSBODY: Drawing = Drawing(
    r##"
<path d="M118 200 Q110 70 200 66 Q290 70 282 200" fill="none" stroke="@d" stroke-width="9"/>
<rect x="96" y="186" width="208" height="132" rx="26" fill="@b"/>
<path d="M96 212 Q96 186 122 186 H278 Q304 186 304 212 V232 Q296 268 200 270 Q104 268 96 232 Z" fill="@d"/>
<circle cx="200" cy="262" r="13" fill="@a"/>
<circle cx="118" cy="196" r="8" fill="@a"/><circle cx="282" cy="196" r="8" fill="@a"/>
1|<path d="M120 226 Q200 262 280 226" stroke="@l" stroke-width="4" stroke-dasharray="9 7" fill="none"/>
2|<path d="M262 262 L254 314 M268 262 L266 316 M274 262 L278 314" stroke="@a" stroke-width="5"/>
"##,
);

pub(crate) const WEEKENDER: Drawing = Drawing(
    r##"
<path d="M150 196 Q150 116 200 116 Q250 116 250 196" fill="none" stroke="@w" stroke-width="13"/>
<path d="M74 220 Q80 176 122 174 H278 Q320 176 326 220 L334 318 H66 Z" fill="@b"/>
<path d="M66 318 L70 272 H330 L334 318 Z" fill="@w"/>
<path d="M104 186 H296" stroke="@d" stroke-width="7"/>
<path d="M150 190 V272 M250 190 V272" stroke="@w" stroke-width="15"/>
<rect x="143" y="224" width="14" height="16" fill="@a"/><rect x="243" y="224" width="14" height="16" fill="@a"/>
1|<rect x="176" y="214" width="48" height="40" rx="5" fill="@d"/>
"##,
);

pub(crate) const WALLET: Drawing = Drawing(
    r##"
<rect x="92" y="150" width="216" height="156" rx="18" fill="@b"/>
<path d="M92 186 Q92 150 110 150 H290 Q308 150 308 168 V204 H92 Z" fill="@d"/>
<rect x="126" y="126" width="140" height="44" rx="8" fill="@c"/><rect x="118" y="140" width="140" height="34" rx="8" fill="@a"/>
<rect x="92" y="164" width="216" height="142" rx="18" fill="@b"/>
<path d="M104 176 H296 V294 H104 Z" fill="none" stroke="@l" stroke-width="3" stroke-dasharray="9 7"/>
<path d="M308 214 H262 Q246 214 246 234 Q246 254 262 254 H308 Z" fill="@d"/>
<circle cx="266" cy="234" r="9" fill="@a"/>
"##,
);

pub(crate) const BELT: Drawing = Drawing(
    r##"
<path d="M200 112 A96 96 0 1 1 199 112 Z M200 146 A62 62 0 1 0 201 146 Z" fill="@b" fill-rule="evenodd"/>
<circle cx="200" cy="208" r="79" fill="none" stroke="@d" stroke-width="4" stroke-dasharray="8 8"/>
<path d="M200 112 H320 Q340 128 320 146 H200 Z" fill="@b"/>
<path d="M214 129 H316" stroke="@d" stroke-width="4" stroke-dasharray="8 8"/>
<circle cx="270" cy="129" r="5" fill="@k"/><circle cx="290" cy="129" r="5" fill="@k"/><circle cx="310" cy="129" r="5" fill="@k"/>
<rect x="176" y="98" width="50" height="62" rx="9" fill="none" stroke="@a" stroke-width="11"/>
<path d="M200 129 H236" stroke="@a" stroke-width="7"/>
"##,
);
