//! Drawings of the department `Desk & Travel`.

use crate::pictures::Drawing;

pub(crate) const NOTEBOOK: Drawing = Drawing(
    r##"
<rect x="126" y="78" width="168" height="240" rx="9" fill="@d"/>
<rect x="132" y="74" width="164" height="240" rx="6" fill="@c"/>
<rect x="112" y="72" width="170" height="246" rx="10" fill="@b"/>
<path d="M112 82 Q112 72 122 72 H140 V318 H122 Q112 318 112 308 Z" fill="@d"/>
<path d="M258 72 V318" stroke="@a" stroke-width="8"/>
<path d="M196 318 V342 L204 334 L212 342 V318 Z" fill="@a"/>
0|<rect x="160" y="114" width="78" height="54" rx="4" fill="@c"/><path d="M174 134 H224 M174 150 H212" stroke="@d" stroke-width="5"/>
1|<path d="M154 120 L186 96 L218 120 L250 96 M154 160 L186 136 L218 160 L250 136" stroke="@l" stroke-width="6" fill="none"/>
2|<circle cx="198" cy="180" r="34" fill="none" stroke="@l" stroke-width="7"/>
"##,
);

pub(crate) const FOUNTAIN_PEN: Drawing = Drawing(
    r##"
<path d="M66 322 Q140 286 190 312 T320 300" fill="none" stroke="@a" stroke-width="5" stroke-linecap="round"/>
<g transform="rotate(40 200 190)">
<rect x="180" y="34" width="40" height="120" rx="17" fill="@b"/>
<rect x="212" y="52" width="10" height="86" rx="5" fill="@a"/>
<rect x="178" y="150" width="44" height="13" fill="@a"/>
<rect x="182" y="163" width="36" height="106" fill="@d"/>
<path d="M184 269 H216 L204 336 H196 Z" fill="@k"/>
<path d="M188 286 H212 L200 346 Z" fill="#d9b763"/><path d="M200 306 V346" stroke="@k" stroke-width="2"/>
<path d="M190 48 V146" stroke="@l" stroke-width="7" stroke-linecap="round"/>
</g>
"##,
);

pub(crate) const PENCILS: Drawing = Drawing(
    r##"
<g><path d="M112 170 L122 118 H142 L152 170 Z M166 156 L176 96 H196 L206 156 Z M220 166 L230 108 H250 L260 166 Z" fill="@w"/>
<path d="M122 118 L132 82 L142 118 Z" fill="@a"/><path d="M176 96 L186 60 L196 96 Z" fill="@b"/><path d="M230 108 L240 72 L250 108 Z" fill="@d"/></g>
<rect x="112" y="166" width="40" height="150" fill="@a"/><rect x="166" y="154" width="40" height="162" fill="@b"/><rect x="220" y="164" width="40" height="152" fill="@d"/>
<path d="M84 206 H316 V302 Q316 320 298 320 H102 Q84 320 84 302 Z" fill="@l"/>
<path d="M84 206 H316 V222 H84 Z" fill="@d"/>
<rect x="150" y="246" width="100" height="46" rx="5" fill="@c"/><path d="M168 270 H232" stroke="@d" stroke-width="6"/>
"##,
);

pub(crate) const DESK_LAMP: Drawing = Drawing(
    r##"
<path d="M236 150 L150 322 H340 L318 156 Z" fill="#fff3cf" opacity=".55"/>
<path d="M132 306 L112 196 L218 112" fill="none" stroke="@k" stroke-width="9" stroke-linejoin="round"/>
<circle cx="112" cy="196" r="12" fill="@a"/>
<path d="M204 124 L240 76 Q296 86 322 152 L236 168 Q214 150 204 124 Z" fill="@b"/>
<path d="M236 168 Q280 178 322 152" stroke="@d" stroke-width="8" fill="none"/>
<path d="M82 320 Q84 300 132 298 Q180 300 182 320 Z" fill="@b"/>
1|<path d="M228 104 Q260 106 282 132" stroke="@l" stroke-width="8" fill="none" stroke-linecap="round"/>
"##,
);

pub(crate) const ORGANISER: Drawing = Drawing(
    r##"
<path d="M112 190 L106 96 L118 70 L130 96 L134 190 Z" fill="@a"/><path d="M150 190 V100 H168 V190 Z" fill="@k"/><path d="M180 190 L198 84 L214 88 L202 190 Z" fill="@c"/>
<rect x="240" y="134" width="56" height="110" rx="7" fill="@k"/><rect x="246" y="142" width="44" height="90" rx="3" fill="#bcd7e0"/>
<path d="M78 186 H226 V320 H92 Q78 320 78 306 Z" fill="@b"/>
<path d="M226 236 H322 V306 Q322 320 308 320 H226 Z" fill="@l"/>
<rect x="98" y="250" width="106" height="50" rx="5" fill="@d"/><circle cx="151" cy="275" r="7" fill="@a"/>
<path d="M78 200 H226" stroke="@d" stroke-width="5"/>
"##,
);

pub(crate) const LAPTOP_STAND: Drawing = Drawing(
    r##"
<path d="M106 72 H294 Q304 72 304 82 V200 H96 V82 Q96 72 106 72 Z" fill="@k"/>
<rect x="108" y="84" width="184" height="106" rx="3" fill="#d4e4e8"/>
<path d="M124 172 L166 122 L196 154 L224 128 L276 172 Z" fill="@a" opacity=".8"/>
<path d="M84 200 H316 L306 216 H94 Z" fill="#c3c9cd"/>
<path d="M104 216 H296 L280 234 H120 Z" fill="@l"/>
<path d="M130 234 H162 L196 304 H124 Z" fill="@b"/><path d="M238 234 H270 L276 304 H204 Z" fill="@d"/>
<rect x="96" y="302" width="208" height="18" rx="8" fill="@b"/>
"##,
);

pub(crate) const SLEEVE: Drawing = Drawing(
    r##"
<path d="M98 112 H302 V166 H98 Z" fill="#c3c9cd"/><path d="M98 112 H302 V122 H98 Z" fill="#dfe3e5"/>
<rect x="78" y="142" width="244" height="172" rx="15" fill="@b"/>
<path d="M78 156 Q78 142 92 142 H308 Q322 142 322 156 L210 234 Q200 240 190 234 Z" fill="@d"/>
<circle cx="200" cy="228" r="12" fill="@a"/>
<path d="M90 304 H310" stroke="@l" stroke-width="3" stroke-dasharray="9 7"/>
1|<rect x="100" y="252" width="200" height="46" rx="6" fill="@l" opacity=".6"/>
2|<path d="M320 206 H252 V226 H320 Z" fill="@w"/>
"##,
);

pub(crate) const SUITCASE: Drawing = Drawing(
    r##"
<path d="M166 110 V58 H234 V110" fill="none" stroke="@k" stroke-width="9"/>
<rect x="116" y="106" width="168" height="200" rx="22" fill="@b"/>
<path d="M148 108 V304 M182 108 V304 M218 108 V304 M252 108 V304" stroke="@d" stroke-width="7"/>
<rect x="172" y="96" width="56" height="16" rx="7" fill="@k"/>
<circle cx="146" cy="316" r="12" fill="@k"/><circle cx="254" cy="316" r="12" fill="@k"/>
0|<rect x="214" y="132" width="48" height="34" rx="5" fill="@a"/>
1|<path d="M116 206 H284" stroke="@a" stroke-width="13"/>
2|<circle cx="168" cy="250" r="24" fill="@c"/><path d="M156 252 L180 244 M160 242 L176 258" stroke="@a" stroke-width="5"/>
"##,
);

pub(crate) const WASH_BAG: Drawing = Drawing(
    r##"
<path d="M130 164 L138 96 H158 L164 164 Z" fill="@a"/><rect x="146" y="66" width="6" height="34" fill="@c"/>
<path d="M200 164 V112 Q200 100 212 100 H240 Q252 100 252 112 V164 Z" fill="@c"/><rect x="214" y="82" width="24" height="22" rx="4" fill="@k"/>
<path d="M84 190 Q86 156 120 154 H280 Q314 156 316 190 L330 300 Q330 318 310 318 H90 Q70 318 70 300 Z" fill="@b"/>
<path d="M96 184 H304" stroke="@d" stroke-width="8"/>
<path d="M296 184 L318 212" stroke="@a" stroke-width="9" stroke-linecap="round"/>
<path d="M72 280 H328" stroke="@d" stroke-width="5"/>
<path d="M84 204 Q48 208 56 244 Q62 262 78 258" fill="none" stroke="@w" stroke-width="11"/>
1|<path d="M78 232 H322" stroke="@l" stroke-width="17"/>
"##,
);

pub(crate) const HEADPHONES: Drawing = Drawing(
    r##"
<path d="M96 230 Q90 84 200 82 Q310 84 304 230" fill="none" stroke="@k" stroke-width="17"/>
<path d="M124 128 Q152 92 200 90 Q248 92 276 128" fill="none" stroke="@b" stroke-width="27"/>
<rect x="76" y="200" width="60" height="110" rx="27" fill="@b"/><rect x="264" y="200" width="60" height="110" rx="27" fill="@b"/>
<rect x="116" y="206" width="30" height="98" rx="15" fill="@d"/><rect x="254" y="206" width="30" height="98" rx="15" fill="@d"/>
<circle cx="98" cy="256" r="12" fill="@a"/><circle cx="302" cy="256" r="12" fill="@a"/>
"##,
);

pub(crate) const SPEAKER: Drawing = Drawing(
    r##"
<path d="M160 96 Q200 56 240 96" fill="none" stroke="@w" stroke-width="11"/>
0|<rect x="118" y="92" width="164" height="226" rx="27" fill="@b"/><circle cx="200" cy="236" r="57" fill="@d"/><circle cx="200" cy="236" r="34" fill="@k"/><circle cx="200" cy="236" r="12" fill="@a"/><circle cx="200" cy="138" r="22" fill="@d"/>
1|<rect x="74" y="140" width="252" height="176" rx="38" fill="@b"/><g fill="@d"><circle cx="120" cy="190" r="6"/><circle cx="148" cy="190" r="6"/><circle cx="176" cy="190" r="6"/><circle cx="120" cy="218" r="6"/><circle cx="148" cy="218" r="6"/><circle cx="176" cy="218" r="6"/><circle cx="120" cy="246" r="6"/><circle cx="148" cy="246" r="6"/><circle cx="176" cy="246" r="6"/></g><circle cx="256" cy="226" r="41" fill="@k"/><circle cx="256" cy="226" r="16" fill="@a"/>
2|<path d="M122 122 Q122 96 200 94 Q278 96 278 122 V290 Q278 318 200 320 Q122 318 122 290 Z" fill="@b"/><ellipse cx="200" cy="120" rx="78" ry="24" fill="@d"/><circle cx="200" cy="118" r="12" fill="@a"/><path d="M140 160 V290 M160 166 V300 M180 168 V304 M200 168 V306 M220 168 V304 M240 166 V300 M260 160 V290" stroke="@d" stroke-width="5"/>
"##,
);
