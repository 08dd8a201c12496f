//! Drawings of the department `Sport`.

use crate::pictures::Drawing;

pub(crate) const HELMET: Drawing = Drawing(
    r##"
<path d="M78 250 Q80 116 208 112 Q322 116 330 230 Q330 250 308 250 Z" fill="@b"/>
<path d="M108 236 Q116 158 178 134 Q160 180 166 236 Z M190 236 Q184 176 206 132 Q238 170 236 236 Z M258 236 Q262 178 238 138 Q296 162 300 236 Z" fill="@d"/>
<path d="M72 246 H322 Q346 250 352 268 Q290 262 78 264 Z" fill="@k"/>
<path d="M130 264 L172 316 L250 264 M172 316 L186 318" fill="none" stroke="@a" stroke-width="8"/>
1|<path d="M84 220 Q200 196 326 220" stroke="@a" stroke-width="9" fill="none"/>
2|<path d="M94 196 Q110 148 150 132" stroke="@l" stroke-width="9" fill="none" stroke-linecap="round"/>
"##,
);

pub(crate) const BIKE_LIGHT: Drawing = Drawing(
    r##"
<path d="M236 152 L362 100 V300 L236 250 Z" fill="#fff3cf" opacity=".75"/>
<path d="M104 160 H206 Q240 160 240 200 Q240 242 206 242 H104 Q84 242 84 200 Q84 160 104 160 Z" fill="@b"/>
<path d="M200 150 H224 Q248 158 248 200 Q248 244 224 252 H200 Z" fill="@k"/>
<ellipse cx="234" cy="201" rx="15" ry="40" fill="@c"/>
<rect x="126" y="148" width="42" height="16" rx="7" fill="@a"/>
<path d="M118 242 H182 V266 H118 Z" fill="@d"/>
<path d="M120 266 Q112 318 150 318 Q188 318 180 266" fill="none" stroke="@k" stroke-width="13"/>
1|<path d="M104 200 H180" stroke="@l" stroke-width="7"/>
"##,
);

pub(crate) const PANNIER: Drawing = Drawing(
    r##"
<path d="M128 110 H272 V140 H128 Z" fill="@d"/>
<path d="M120 132 H280 L292 300 Q292 320 272 320 H128 Q108 320 108 300 Z" fill="@b"/>
<path d="M140 94 V124 M260 94 V124" stroke="@k" stroke-width="11" stroke-linecap="round"/>
<path d="M118 168 H282 V188 H117 Z" fill="@d"/>
<rect x="186" y="158" width="28" height="44" rx="5" fill="@k"/>
<path d="M166 236 H234 V246 H166 Z" fill="@c"/>
0|<path d="M200 262 L222 296 H178 Z" fill="@c"/>
1|<rect x="140" y="226" width="120" height="72" rx="11" fill="@d"/><path d="M150 244 H250" stroke="@c" stroke-width="6"/>
2|<path d="M112 268 H288" stroke="@a" stroke-width="13"/>
"##,
);

pub(crate) const BIKE_LOCK: Drawing = Drawing(
    r##"
<path d="M138 226 V146 Q138 78 200 78 Q262 78 262 146 V226" fill="none" stroke="@d" stroke-width="29"/>
<path d="M138 226 V146 Q138 78 200 78 Q262 78 262 146 V226" fill="none" stroke="@l" stroke-width="7"/>
<rect x="102" y="218" width="196" height="100" rx="24" fill="@b"/>
<circle cx="200" cy="258" r="16" fill="@k"/><path d="M200 258 V288" stroke="@k" stroke-width="11" stroke-linecap="round"/>
<path d="M122 238 V298 M278 238 V298" stroke="@a" stroke-width="9" stroke-linecap="round"/>
"##,
);

pub(crate) const YOGA_MAT: Drawing = Drawing(
    r##"
<path d="M150 300 L330 264 V286 L156 322 Z" fill="@d"/>
<path d="M96 130 L304 90 L336 250 L140 300 Z" fill="@b"/>
<path d="M96 130 Q60 140 66 190 L98 296 Q108 320 132 312 Q152 304 146 282 L112 150 Q108 128 96 130 Z" fill="@d"/>
<ellipse cx="120" cy="298" rx="27" ry="21" fill="@l"/><ellipse cx="120" cy="298" rx="14" ry="11" fill="@d"/>
0|<path d="M212 112 L246 272" stroke="@l" stroke-width="5"/>
1|<circle cx="232" cy="190" r="38" fill="none" stroke="@a" stroke-width="7"/><circle cx="232" cy="190" r="17" fill="none" stroke="@a" stroke-width="6"/>
2|<path d="M120 152 L318 112 M132 252 L330 210" stroke="@a" stroke-width="7"/>
"##,
);

pub(crate) const YOGA_BLOCK: Drawing = Drawing(
    r##"
<path d="M84 200 L214 160 L324 196 L192 240 Z" fill="@l"/>
<path d="M84 200 L192 240 V322 L84 280 Z" fill="@b"/>
<path d="M324 196 L192 240 V322 L324 276 Z" fill="@d"/>
0|<g fill="@d"><circle cx="120" cy="240" r="4"/><circle cx="150" cy="262" r="4"/><circle cx="136" cy="278" r="4"/><circle cx="170" cy="286" r="4"/><circle cx="104" cy="266" r="4"/></g>
1|<path d="M120 262 Q138 242 154 270 Q140 294 120 262 Z" fill="@c"/>
2|<path d="M84 240 L192 282 L324 236" stroke="@a" stroke-width="7" fill="none"/>
"##,
);

pub(crate) const VEST: Drawing = Drawing(
    r##"
<path d="M146 78 H172 Q176 130 200 132 Q224 130 228 78 H254 Q258 140 280 168 V308 Q200 326 120 308 V168 Q142 140 146 78 Z" fill="@b"/>
<path d="M200 132 V318" stroke="@k" stroke-width="4"/>
<path d="M154 190 H246 M154 230 H246" stroke="@a" stroke-width="7"/>
<rect x="134" y="186" width="44" height="104" rx="13" fill="@d"/><rect x="222" y="186" width="44" height="104" rx="13" fill="@d"/>
<rect x="142" y="154" width="28" height="58" rx="11" fill="#bcd7e0"/><rect x="148" y="140" width="16" height="19" rx="5" fill="@k"/>
<rect x="230" y="154" width="28" height="58" rx="11" fill="#bcd7e0"/><rect x="236" y="140" width="16" height="19" rx="5" fill="@k"/>
<path d="M136 232 H176 M224 232 H264" stroke="@c" stroke-width="5"/>
"##,
);

pub(crate) const CAP: Drawing = Drawing(
    r##"
<path d="M86 258 Q84 138 188 134 Q284 138 286 246 Z" fill="@b"/>
<path d="M188 134 Q176 190 182 254 M188 134 Q240 180 244 250" fill="none" stroke="@d" stroke-width="5"/>
<path d="M86 256 Q200 226 286 244 Q360 258 356 286 Q300 266 222 278 Q140 290 92 278 Z" fill="@d"/>
<circle cx="188" cy="132" r="10" fill="@a"/>
0|<rect x="196" y="184" width="42" height="34" rx="5" fill="@c"/>
1|<path d="M90 226 Q190 200 282 220" stroke="@a" stroke-width="10" fill="none"/>
2|<g fill="@d"><circle cx="116" cy="200" r="4"/><circle cx="132" cy="186" r="4"/><circle cx="130" cy="210" r="4"/><circle cx="148" cy="196" r="4"/></g>
"##,
);

pub(crate) const DUMBBELL: Drawing = Drawing(
    r##"
<g transform="rotate(-18 200 220)">
<rect x="130" y="206" width="140" height="30" rx="9" fill="@k"/>
<path d="M146 208 V234 M162 208 V234 M178 208 V234 M194 208 V234 M210 208 V234 M226 208 V234 M242 208 V234" stroke="#6a6d70" stroke-width="4"/>
<path d="M84 160 H130 L146 188 V254 L130 282 H84 L68 254 V188 Z" fill="@b"/><path d="M270 160 H316 L332 188 V254 L316 282 H270 L254 254 V188 Z" fill="@b"/>
<path d="M84 160 L68 188 V254 L84 282 L96 254 V188 Z M316 160 L332 188 V254 L316 282 L304 254 V188 Z" fill="@d"/>
<circle cx="118" cy="221" r="15" fill="@a"/><circle cx="282" cy="221" r="15" fill="@a"/>
</g>
"##,
);

pub(crate) const ROPE: Drawing = Drawing(
    r##"
<path d="M130 160 Q60 300 160 312 Q240 318 220 236 Q206 170 262 196 Q340 240 284 300 Q262 322 300 250 Q320 200 276 150" fill="none" stroke="@b" stroke-width="11"/>
<path d="M144 84 L128 164 M258 78 L278 156" stroke="@w" stroke-width="29" stroke-linecap="round"/>
<path d="M140 102 L137 118 M262 96 L266 112" stroke="@a" stroke-width="29"/>
"##,
);

pub(crate) const GOGGLES: Drawing = Drawing(
    r##"
<path d="M84 196 Q50 130 120 110 Q200 92 280 110 Q350 130 316 196" fill="none" stroke="@d" stroke-width="15"/>
<path d="M74 214 Q78 168 134 168 Q190 170 190 214 Q188 266 134 268 Q76 266 74 214 Z" fill="@b"/>
<path d="M210 214 Q212 170 266 168 Q322 168 326 214 Q324 266 266 268 Q212 266 210 214 Z" fill="@b"/>
<path d="M92 216 Q96 186 134 186 Q172 188 172 216 Q170 248 134 250 Q94 248 92 216 Z M228 216 Q230 188 266 186 Q304 186 308 216 Q306 248 266 250 Q230 248 228 216 Z" fill="@k" opacity=".7"/>
<path d="M108 206 Q116 196 132 196 M244 206 Q252 196 268 196" stroke="@c" stroke-width="7" fill="none" stroke-linecap="round"/>
<path d="M188 212 Q200 200 212 212" stroke="@a" stroke-width="9" fill="none"/>
"##,
);

pub(crate) const BALL: Drawing = Drawing(
    r##"
<circle cx="200" cy="212" r="108" fill="@c"/>
<path d="M200 172 L238 200 L224 244 H176 L162 200 Z" fill="@b"/>
<path d="M200 172 V128 M238 200 L282 186 M224 244 L252 282 M176 244 L148 282 M162 200 L118 186" stroke="@k" stroke-width="6"/>
<path d="M164 112 L200 128 L236 112 Q200 98 164 112 Z M296 164 L282 186 L306 224 Q312 194 296 164 Z M270 294 L252 282 L214 306 Q244 314 270 294 Z M130 294 L148 282 L186 306 Q156 314 130 294 Z M104 164 L118 186 L94 224 Q88 194 104 164 Z" fill="@b"/>
<circle cx="200" cy="212" r="108" fill="none" stroke="@d" stroke-width="5"/>
1|<path d="M200 172 L238 200 L224 244 H176 L162 200 Z" fill="@a"/>
"##,
);
