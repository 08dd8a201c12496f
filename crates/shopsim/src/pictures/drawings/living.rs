//! Drawings of the department `Living`.

use crate::pictures::Drawing;

pub(crate) const ARMCHAIR: Drawing = Drawing(
    r##"
<path d="M118 300 L110 324 M282 300 L290 324" stroke="@w" stroke-width="13" stroke-linecap="round"/>
<path d="M122 112 Q124 84 152 84 H248 Q276 84 278 112 V232 H122 Z" fill="@b"/>
<path d="M84 196 Q84 174 106 174 Q128 174 128 196 V252 H272 V196 Q272 174 294 174 Q316 174 316 196 V296 Q316 306 304 306 H96 Q84 306 84 296 Z" fill="@d"/>
<rect x="124" y="222" width="152" height="40" rx="16" fill="@l"/>
0|<path d="M170 90 V220 M230 90 V220" stroke="@d" stroke-width="4"/>
1|<rect x="160" y="150" width="80" height="74" rx="14" fill="@a" transform="rotate(-6 200 190)"/>
2|<circle cx="166" cy="134" r="5" fill="@d"/><circle cx="200" cy="134" r="5" fill="@d"/><circle cx="234" cy="134" r="5" fill="@d"/><circle cx="183" cy="166" r="5" fill="@d"/><circle cx="217" cy="166" r="5" fill="@d"/>
"##,
);

pub(crate) const SIDE_TABLE: Drawing = Drawing(
    r##"
<path d="M136 190 L112 320 M264 190 L288 320 M200 196 V312" stroke="@d" stroke-width="13" stroke-linecap="round"/>
<ellipse cx="200" cy="190" rx="118" ry="26" fill="@d"/>
<ellipse cx="200" cy="182" rx="118" ry="26" fill="@b"/>
<path d="M120 180 Q200 164 280 182" stroke="@l" stroke-width="5" fill="none"/>
0|<path d="M172 174 L178 118 H222 L228 174 Q200 184 172 174 Z" fill="@a"/><path d="M200 118 Q186 84 164 80 M200 118 Q206 76 232 74 M200 118 V70" stroke="#5d7d54" stroke-width="6" fill="none"/>
1|<rect x="160" y="156" width="84" height="14" rx="3" fill="@a"/><rect x="168" y="142" width="72" height="14" rx="3" fill="@c"/>
2|<path d="M128 250 H272" stroke="@d" stroke-width="10"/>
"##,
);

pub(crate) const BOOKSHELF: Drawing = Drawing(
    r##"
<rect x="112" y="62" width="176" height="260" rx="5" fill="@b"/>
<path d="M126 78 H274 V142 H126 Z M126 156 H274 V222 H126 Z M126 236 H274 V306 H126 Z" fill="@d"/>
<g><rect x="134" y="92" width="14" height="50" fill="@a"/><rect x="150" y="86" width="17" height="56" fill="@c"/><rect x="169" y="98" width="13" height="44" fill="@k"/><rect x="190" y="120" width="52" height="12" fill="@l"/><rect x="194" y="132" width="56" height="10" fill="@a"/></g>
<path d="M216 222 L222 190 H256 L262 222 Z" fill="@c"/><path d="M239 190 Q224 172 230 162 M239 190 Q252 170 258 168" stroke="#5d7d54" stroke-width="6" fill="none"/>
<rect x="136" y="178" width="18" height="44" fill="@l"/><rect x="156" y="170" width="14" height="52" fill="@a"/>
1|<rect x="140" y="262" width="58" height="44" rx="4" fill="@w"/><rect x="206" y="256" width="14" height="50" fill="@c"/><rect x="222" y="250" width="16" height="56" fill="@a"/>
2|<circle cx="176" cy="282" r="24" fill="@c"/><rect x="216" y="256" width="17" height="50" fill="@k"/><rect x="235" y="262" width="14" height="44" fill="@l"/>
"##,
);

pub(crate) const STOOL: Drawing = Drawing(
    r##"
<path d="M152 168 L122 322 M248 168 L278 322 M184 170 L176 304 M216 170 L224 304" stroke="@d" stroke-width="15" stroke-linecap="round"/>
<path d="M138 252 H262" stroke="@d" stroke-width="11"/>
<path d="M112 148 Q200 130 288 148 V166 Q200 190 112 166 Z" fill="@b"/>
<path d="M130 152 Q200 140 270 152" stroke="@l" stroke-width="6" fill="none"/>
1|<path d="M112 146 Q114 118 200 116 Q286 118 288 146 Q200 166 112 146 Z" fill="@a"/>
"##,
);

pub(crate) const TABLE_LAMP: Drawing = Drawing(
    r##"
<ellipse cx="200" cy="196" rx="130" ry="92" fill="#fff3cf" opacity=".6"/>
<path d="M156 82 H244 L286 190 H114 Z" fill="@c"/>
<path d="M204 82 H244 L286 190 H220 Z" fill="@k" opacity=".07"/>
<path d="M200 190 V222" stroke="@k" stroke-width="9"/>
0|<path d="M172 226 Q200 208 228 226 Q262 274 232 310 H168 Q138 274 172 226 Z" fill="@b"/>
1|<circle cx="200" cy="262" r="44" fill="@b"/><path d="M172 240 Q180 226 196 224" stroke="@l" stroke-width="8" fill="none" stroke-linecap="round"/>
2|<path d="M184 216 H216 L226 306 H174 Z" fill="@b"/><path d="M180 258 H221" stroke="@a" stroke-width="8"/>
<rect x="150" y="304" width="100" height="16" rx="8" fill="@d"/>
"##,
);

pub(crate) const FLOOR_LAMP: Drawing = Drawing(
    r##"
<path d="M166 318 V108 Q168 68 220 68 Q256 70 258 94" fill="none" stroke="@b" stroke-width="9"/>
<path d="M214 150 Q216 92 258 92 Q300 92 302 150 Z" fill="@a"/>
<path d="M218 150 H298 L330 244 H186 Z" fill="#fff3cf" opacity=".65"/>
<circle cx="258" cy="152" r="14" fill="@c"/>
<rect x="120" y="308" width="94" height="14" rx="7" fill="@d"/>
1|<circle cx="166" cy="206" r="9" fill="@d"/>
2|<path d="M166 300 L134 320 M166 300 L200 320" stroke="@d" stroke-width="7"/>
"##,
);

pub(crate) const PENDANT: Drawing = Drawing(
    r##"
<path d="M200 30 V118" stroke="@k" stroke-width="5"/>
<path d="M110 232 L60 330 H340 L290 232 Z" fill="#fff3cf" opacity=".6"/>
0|<path d="M104 234 Q108 120 200 118 Q292 120 296 234 Z" fill="@b"/><path d="M130 216 Q140 156 186 142" stroke="@l" stroke-width="9" fill="none" stroke-linecap="round"/>
1|<circle cx="200" cy="190" r="74" fill="@b"/><path d="M128 174 H272 M126 200 H274 M140 228 H260 M150 146 H250" stroke="@d" stroke-width="4"/>
2|<path d="M160 118 H240 L300 234 H100 Z" fill="@b"/><path d="M170 136 L136 220" stroke="@l" stroke-width="9" stroke-linecap="round"/>
<ellipse cx="200" cy="236" rx="46" ry="13" fill="@c"/>
<rect x="184" y="104" width="32" height="22" rx="6" fill="@d"/>
"##,
);

pub(crate) const CUSHION: Drawing = Drawing(
    r##"
<path d="M92 112 Q200 134 308 112 Q290 210 310 310 Q200 290 90 310 Q110 210 92 112 Z" fill="@b"/>
<path d="M92 112 Q200 134 308 112 Q290 210 310 310 Q200 290 90 310 Q110 210 92 112 Z" fill="none" stroke="@d" stroke-width="7"/>
0|<path d="M150 130 Q158 210 146 292 M200 132 V294 M250 130 Q242 210 254 292" stroke="@c" stroke-width="11" fill="none"/>
1|<path d="M200 142 L270 210 L200 280 L130 210 Z" fill="none" stroke="@a" stroke-width="10"/><path d="M200 176 L236 210 L200 246 L164 210 Z" fill="@a"/>
2|<circle cx="200" cy="210" r="9" fill="@d"/><path d="M200 210 Q150 180 112 134 M200 210 Q250 180 288 134 M200 210 Q150 240 112 290 M200 210 Q250 240 288 290" stroke="@d" stroke-width="4" fill="none"/>
"##,
);

pub(crate) const THROW: Drawing = Drawing(
    r##"
<rect x="96" y="258" width="208" height="54" rx="22" fill="@d"/>
<rect x="90" y="206" width="220" height="58" rx="24" fill="@b"/>
<rect x="98" y="156" width="204" height="58" rx="24" fill="@l"/>
<path d="M98 178 Q98 156 122 156 H160 V312 H120 Q96 312 96 290 Z" fill="@b"/>
<path d="M100 310 V328 M114 312 V330 M128 312 V330 M142 312 V330 M156 312 V330" stroke="@d" stroke-width="5"/>
0|<path d="M96 284 H160 M96 266 H160" stroke="@a" stroke-width="9"/>
1|<path d="M116 158 V310 M140 158 V310 M96 200 H160 M96 250 H160" stroke="@c" stroke-width="5"/>
2|<path d="M178 232 H300 M184 184 H292 M178 284 H296" stroke="@a" stroke-width="7"/>
"##,
);

pub(crate) const RUG: Drawing = Drawing(
    r##"
<path d="M110 140 H290 L340 310 H60 Z" fill="@b"/>
<path d="M124 156 H276 L316 294 H84 Z" fill="none" stroke="@c" stroke-width="7"/>
0|<path d="M200 172 L262 226 L200 282 L138 226 Z" fill="@a"/><path d="M200 200 L230 226 L200 254 L170 226 Z" fill="@c"/>
1|<path d="M118 184 H282 M110 212 H290 M102 240 H298 M94 268 H306" stroke="@a" stroke-width="10"/>
2|<path d="M128 180 L156 200 L184 180 L212 200 L240 180 L270 200 M116 224 L148 246 L182 224 L216 246 L250 224 L284 246 M100 268 L140 288 L180 268 L220 288 L260 268 L298 288" stroke="@d" stroke-width="8" fill="none"/>
<path d="M60 310 L56 324 M90 310 L88 324 M120 310 L119 324 M150 310 V324 M180 310 V324 M210 310 V324 M240 310 V324 M270 310 L271 324 M300 310 L302 324 M330 310 L333 324" stroke="@c" stroke-width="5"/>
"##,
);

pub(crate) const VASE: Drawing = Drawing(
    r##"
<path d="M200 170 Q190 90 150 70 M200 170 Q206 90 252 60 M200 170 V50" stroke="#6d8b5f" stroke-width="6" fill="none"/>
<circle cx="148" cy="66" r="22" fill="@a"/><circle cx="254" cy="58" r="20" fill="@a"/><circle cx="200" cy="44" r="23" fill="@c"/>
<circle cx="148" cy="66" r="8" fill="@c"/><circle cx="254" cy="58" r="7" fill="@c"/><circle cx="200" cy="44" r="8" fill="@a"/>
0|<path d="M176 150 H224 L220 186 Q268 216 262 276 Q256 320 224 320 H176 Q144 320 138 276 Q132 216 180 186 Z" fill="@b"/><path d="M160 240 Q154 276 168 300" stroke="@l" stroke-width="9" fill="none" stroke-linecap="round"/>
1|<path d="M164 150 H236 L248 320 H152 Z" fill="@b"/><path d="M156 270 H245 M158 244 H243" stroke="@d" stroke-width="6"/>
2|<path d="M182 140 H218 V206 Q256 220 256 264 Q256 320 200 320 Q144 320 144 264 Q144 220 182 206 Z" fill="@b"/><path d="M166 256 Q166 288 184 302" stroke="@l" stroke-width="9" fill="none" stroke-linecap="round"/>
"##,
);

pub(crate) const CANDLE: Drawing = Drawing(
    r##"
<path d="M200 92 Q226 126 212 150 Q200 162 188 150 Q174 126 200 92 Z" fill="#e0863a"/>
<path d="M200 122 Q210 138 204 150 Q200 156 196 150 Q190 138 200 122 Z" fill="#f4c661"/>
<path d="M200 150 V182" stroke="@k" stroke-width="5"/>
<path d="M132 180 H268 V298 Q268 320 246 320 H154 Q132 320 132 298 Z" fill="@b"/>
<ellipse cx="200" cy="180" rx="68" ry="14" fill="@l"/>
<rect x="154" y="218" width="92" height="66" rx="4" fill="@c"/>
<path d="M170 240 H230 M180 258 H220" stroke="@d" stroke-width="5"/>
1|<path d="M200 228 Q216 240 200 262 Q184 240 200 228 Z" fill="@a"/>
"##,
);

pub(crate) const MIRROR: Drawing = Drawing(
    r##"
0|<circle cx="200" cy="196" r="122" fill="@b"/><circle cx="200" cy="196" r="105" fill="#d9e6ea"/><path d="M136 236 L236 130 M166 262 L276 148" stroke="#f4f9fa" stroke-width="15" stroke-linecap="round"/>
1|<path d="M112 318 V164 Q112 70 200 70 Q288 70 288 164 V318 Z" fill="@b"/><path d="M128 302 V166 Q128 88 200 88 Q272 88 272 166 V302 Z" fill="#d9e6ea"/><path d="M150 240 L236 130 M166 280 L262 160" stroke="#f4f9fa" stroke-width="15" stroke-linecap="round"/>
2|<rect x="116" y="64" width="168" height="254" rx="14" fill="@b"/><rect x="134" y="82" width="132" height="218" rx="6" fill="#d9e6ea"/><path d="M152 220 L238 116 M162 272 L252 162" stroke="#f4f9fa" stroke-width="15" stroke-linecap="round"/>
"##,
);

pub(crate) const CLOCK: Drawing = Drawing(
    r##"
<circle cx="200" cy="200" r="118" fill="@b"/>
<circle cx="200" cy="200" r="98" fill="@c"/>
<g stroke="@k" stroke-width="6"><path d="M200 112 V130 M200 270 V288 M112 200 H130 M270 200 H288"/></g>
<g stroke="@k" stroke-width="3"><path d="M244 124 L238 135 M276 156 L265 162 M276 244 L265 238 M244 276 L238 265 M156 276 L162 265 M124 244 L135 238 M124 156 L135 162 M156 124 L162 135"/></g>
<path d="M200 200 V140 M200 200 L244 224" stroke="@k" stroke-width="9" stroke-linecap="round"/>
<path d="M200 212 L176 262" stroke="@a" stroke-width="4"/>
<circle cx="200" cy="200" r="9" fill="@a"/>
"##,
);
