//! Drawings of the department `Kitchen`.

use crate::pictures::Drawing;

pub(crate) const PAN: Drawing = Drawing(
    r##"
<path d="M236 236 L352 150" stroke="@k" stroke-width="20" stroke-linecap="round"/>
<path d="M262 217 L330 166" stroke="@w" stroke-width="24" stroke-linecap="round"/>
<ellipse cx="166" cy="256" rx="106" ry="64" fill="@d"/>
<ellipse cx="166" cy="246" rx="106" ry="62" fill="@b"/>
<ellipse cx="166" cy="246" rx="84" ry="47" fill="@k" opacity=".55"/>
1|<path d="M124 246 Q128 218 160 220 Q206 214 208 246 Q204 272 164 272 Q124 274 124 246 Z" fill="@c"/><circle cx="166" cy="246" r="17" fill="@a"/>
2|<path d="M104 262 Q112 282 146 288" stroke="@l" stroke-width="6" fill="none" stroke-linecap="round"/>
"##,
);

pub(crate) const SAUCEPAN: Drawing = Drawing(
    r##"
<path d="M252 214 H366" stroke="@k" stroke-width="17" stroke-linecap="round"/>
<path d="M96 190 H264 V290 Q264 320 234 320 H126 Q96 320 96 290 Z" fill="@b"/>
<path d="M96 190 H124 V318 Q96 316 96 290 Z" fill="@l"/>
<rect x="84" y="178" width="192" height="18" rx="9" fill="@d"/>
<path d="M100 178 Q180 130 260 178 Z" fill="@l"/>
<circle cx="180" cy="146" r="13" fill="@k"/>
1|<path d="M96 262 H264" stroke="@d" stroke-width="5"/>
2|<path d="M150 116 Q140 100 150 86 M180 112 Q170 94 180 78 M210 116 Q200 100 210 86" stroke="@c" stroke-width="6" fill="none" stroke-linecap="round"/>
"##,
);

pub(crate) const CASSEROLE: Drawing = Drawing(
    r##"
<path d="M84 214 H316 V276 Q314 320 270 320 H130 Q86 320 84 276 Z" fill="@b"/>
<path d="M84 224 H58 Q46 238 60 252 H86 M316 224 H342 Q354 238 340 252 H314" fill="none" stroke="@d" stroke-width="13"/>
<path d="M76 214 Q84 150 200 146 Q316 150 324 214 Z" fill="@b"/>
<rect x="72" y="204" width="256" height="18" rx="9" fill="@d"/>
<path d="M112 194 Q128 166 186 162" fill="none" stroke="@l" stroke-width="9" stroke-linecap="round"/>
<rect x="180" y="122" width="40" height="26" rx="11" fill="@a"/>
<path d="M106 244 V280" stroke="@l" stroke-width="9" stroke-linecap="round"/>
"##,
);

pub(crate) const KNIFE: Drawing = Drawing(
    r##"
<g transform="rotate(-32 200 200)">
<path d="M40 206 Q80 164 136 164 H252 V222 H96 Q60 222 40 206 Z" fill="#cfd5d9"/>
<path d="M40 206 Q60 222 96 222 H252 V206 Z" fill="#eef1f2"/>
<rect x="250" y="162" width="17" height="62" rx="4" fill="@k"/>
<path d="M266 166 H356 Q374 170 372 190 Q370 218 350 216 L266 204 Z" fill="@b"/>
<circle cx="288" cy="186" r="5" fill="@a"/><circle cx="316" cy="189" r="5" fill="@a"/><circle cx="344" cy="193" r="5" fill="@a"/>
1|<path d="M66 190 Q100 176 138 188 T244 182" stroke="#aab3b9" stroke-width="4" fill="none"/>
</g>
"##,
);

pub(crate) const CHOPPING_BOARD: Drawing = Drawing(
    r##"
<path d="M126 130 H176 V92 Q176 66 200 66 Q224 66 224 92 V130 H274 Q292 130 292 148 V302 Q292 320 274 320 H126 Q108 320 108 302 V148 Q108 130 126 130 Z" fill="@b"/>
<circle cx="200" cy="94" r="9" fill="@c"/>
<path d="M146 136 Q140 220 150 316 M188 132 Q196 220 184 318 M238 134 Q228 210 244 316" stroke="@d" stroke-width="4" fill="none"/>
1|<path d="M108 170 H292" stroke="@d" stroke-width="12"/>
2|<path d="M206 232 Q240 196 270 226 Q262 268 226 262 Z" fill="@a"/><path d="M206 232 L240 244" stroke="@c" stroke-width="4"/>
"##,
);

pub(crate) const COFFEE_GRINDER: Drawing = Drawing(
    r##"
<path d="M200 112 V86 H292" stroke="@k" stroke-width="8" fill="none" stroke-linecap="round"/>
<circle cx="296" cy="80" r="17" fill="@w"/>
<path d="M158 116 Q200 96 242 116 L236 142 H164 Z" fill="@d"/>
<rect x="160" y="140" width="80" height="104" rx="8" fill="@b"/>
<path d="M176 150 V234" stroke="@l" stroke-width="9" stroke-linecap="round"/>
<rect x="152" y="238" width="96" height="80" rx="12" fill="@w"/>
<rect x="152" y="238" width="96" height="12" fill="@k"/>
0|<circle cx="200" cy="284" r="14" fill="@a"/>
1|<path d="M160 180 H240 M160 206 H240" stroke="@d" stroke-width="5"/>
"##,
);

pub(crate) const DRIPPER: Drawing = Drawing(
    r##"
<path d="M118 118 H282 L228 212 H172 Z" fill="@b"/>
<path d="M150 126 L186 206 M200 126 V206 M250 126 L214 206" stroke="@d" stroke-width="5"/>
<path d="M282 132 Q326 136 310 168 Q296 186 260 172" fill="none" stroke="@b" stroke-width="11"/>
<rect x="148" y="208" width="104" height="15" rx="7" fill="@w"/>
<path d="M160 224 H240 L252 306 Q252 320 238 320 H162 Q148 320 148 306 Z" fill="@c"/>
<path d="M152 276 H248 L252 306 Q252 320 238 320 H162 Q148 320 148 306 Z" fill="@k" opacity=".75"/>
<path d="M200 226 V262" stroke="@k" stroke-width="4"/>
"##,
);

pub(crate) const TEAPOT: Drawing = Drawing(
    r##"
<path d="M296 210 Q358 200 352 250 Q344 290 290 284" fill="none" stroke="@d" stroke-width="14"/>
<path d="M112 226 Q62 214 50 166 L74 164 Q84 206 124 258 Z" fill="@b"/>
<path d="M108 232 Q110 160 200 158 Q290 160 304 232 Q302 318 204 320 Q110 318 108 232 Z" fill="@b"/>
<path d="M150 172 Q204 150 258 172 Q204 188 150 172 Z" fill="@d"/>
<circle cx="204" cy="148" r="13" fill="@a"/>
<path d="M136 214 Q146 188 176 182" stroke="@l" stroke-width="9" fill="none" stroke-linecap="round"/>
0|<path d="M112 258 Q204 282 302 258" stroke="@c" stroke-width="9" fill="none"/>
1|<path d="M180 234 Q206 206 232 234 Q228 270 206 276 Q184 270 180 234 Z" fill="@a"/>
2|<g fill="@l"><circle cx="160" cy="250" r="5"/><circle cx="200" cy="228" r="5"/><circle cx="240" cy="254" r="5"/><circle cx="206" cy="290" r="5"/><circle cx="266" cy="216" r="5"/></g>
"##,
);

pub(crate) const KETTLE: Drawing = Drawing(
    r##"
<path d="M146 170 Q150 88 210 88 Q272 90 274 170" fill="none" stroke="@w" stroke-width="15"/>
<path d="M130 264 Q86 258 84 196 Q82 166 60 160 L70 142 Q108 150 110 190 Q112 222 142 226 Z" fill="@b"/>
<path d="M142 190 Q148 160 208 158 Q270 160 278 190 L300 292 Q302 318 272 320 H148 Q116 318 120 292 Z" fill="@b"/>
<ellipse cx="209" cy="166" rx="46" ry="11" fill="@d"/><circle cx="209" cy="152" r="11" fill="@k"/>
<path d="M160 200 L146 290" stroke="@l" stroke-width="11" stroke-linecap="round"/>
<path d="M120 296 H300" stroke="@d" stroke-width="8"/>
"##,
);

pub(crate) const MUG: Drawing = Drawing(
    r##"
<path d="M268 188 Q340 178 336 234 Q330 288 262 280" fill="none" stroke="@d" stroke-width="19"/>
<path d="M108 156 H278 V290 Q276 320 246 320 H140 Q110 320 108 290 Z" fill="@b"/>
<ellipse cx="193" cy="156" rx="85" ry="19" fill="@d"/>
<ellipse cx="193" cy="158" rx="70" ry="12" fill="@k" opacity=".6"/>
0|<path d="M108 240 H278 V290 Q276 320 246 320 H140 Q110 320 108 290 Z" fill="@w" opacity=".85"/>
1|<g fill="@c"><circle cx="146" cy="214" r="10"/><circle cx="194" cy="236" r="10"/><circle cx="242" cy="212" r="10"/><circle cx="150" cy="268" r="10"/><circle cx="240" cy="272" r="10"/></g>
2|<path d="M108 212 Q150 196 193 212 T278 212 M108 240 Q150 224 193 240 T278 240" stroke="@a" stroke-width="7" fill="none"/>
"##,
);

pub(crate) const PLATE: Drawing = Drawing(
    r##"
<circle cx="200" cy="208" r="118" fill="@d"/>
<circle cx="200" cy="204" r="118" fill="@b"/>
<circle cx="200" cy="204" r="84" fill="@l"/>
<circle cx="200" cy="204" r="78" fill="@b"/>
0|<circle cx="200" cy="204" r="103" fill="none" stroke="@a" stroke-width="5"/>
1|<g fill="@d"><circle cx="160" cy="170" r="3"/><circle cx="214" cy="150" r="3"/><circle cx="246" cy="196" r="3"/><circle cx="184" cy="226" r="3"/><circle cx="228" cy="254" r="3"/><circle cx="146" cy="250" r="3"/><circle cx="286" cy="170" r="3"/><circle cx="110" cy="198" r="3"/><circle cx="196" cy="306" r="3"/></g>
2|<path d="M128 262 A92 92 0 0 0 240 287" fill="none" stroke="@a" stroke-width="11" stroke-linecap="round"/>
"##,
);

pub(crate) const BOWL: Drawing = Drawing(
    r##"
<path d="M84 196 H316 Q316 280 240 306 H160 Q84 280 84 196 Z" fill="@b"/>
<ellipse cx="200" cy="196" rx="116" ry="27" fill="@d"/>
<ellipse cx="200" cy="199" rx="100" ry="19" fill="@l"/>
<path d="M158 304 H242 L250 320 H150 Z" fill="@d"/>
0|<path d="M92 234 Q200 262 308 234" stroke="@a" stroke-width="7" fill="none"/>
1|<path d="M104 258 Q200 290 296 258 Q276 292 240 306 H160 Q124 292 104 258 Z" fill="@w"/>
2|<g fill="@c"><circle cx="132" cy="246" r="6"/><circle cx="176" cy="262" r="6"/><circle cx="224" cy="262" r="6"/><circle cx="268" cy="246" r="6"/></g>
"##,
);

pub(crate) const GLASS: Drawing = Drawing(
    r##"
<path d="M132 122 H268 L252 310 Q250 320 238 320 H162 Q150 320 148 310 Z" fill="@b" opacity=".55"/>
<path d="M138 196 H262 L252 306 Q250 314 238 314 H162 Q150 314 148 306 Z" fill="@l" opacity=".85"/>
<ellipse cx="200" cy="122" rx="68" ry="13" fill="none" stroke="@d" stroke-width="5"/>
<path d="M132 122 L148 310 Q150 320 162 320 H238 Q250 320 252 310 L268 122" fill="none" stroke="@d" stroke-width="5"/>
<path d="M156 150 L166 280" stroke="@c" stroke-width="8" stroke-linecap="round"/>
1|<path d="M178 206 L184 312 M214 206 L212 312 M242 206 L236 306" stroke="@d" stroke-width="3" opacity=".7"/>
2|<circle cx="222" cy="226" r="19" fill="@a"/><circle cx="222" cy="226" r="11" fill="@c"/>
"##,
);

pub(crate) const CARAFE: Drawing = Drawing(
    r##"
<path d="M172 84 H228 L222 160 Q278 196 276 272 Q274 320 240 320 H160 Q126 320 124 272 Q122 196 178 160 Z" fill="@b" opacity=".6"/>
<path d="M130 236 Q200 250 270 236 Q280 314 240 314 H160 Q120 314 130 236 Z" fill="@l" opacity=".9"/>
<path d="M172 84 H228 L222 160 Q278 196 276 272 Q274 320 240 320 H160 Q126 320 124 272 Q122 196 178 160 Z" fill="none" stroke="@d" stroke-width="5"/>
<rect x="178" y="56" width="44" height="44" rx="10" fill="@w"/>
<path d="M150 214 Q140 240 144 280" stroke="@c" stroke-width="9" fill="none" stroke-linecap="round"/>
1|<path d="M182 160 H218" stroke="@a" stroke-width="8"/>
"##,
);

pub(crate) const CAKE_TIN: Drawing = Drawing(
    r##"
<path d="M94 206 H306 V296 Q304 320 280 320 H120 Q96 320 94 296 Z" fill="@b"/>
<ellipse cx="200" cy="206" rx="106" ry="31" fill="@d"/>
<ellipse cx="200" cy="206" rx="94" ry="24" fill="@w"/>
<path d="M110 236 V300" stroke="@l" stroke-width="9" stroke-linecap="round"/>
<rect x="286" y="238" width="36" height="48" rx="8" fill="@k"/>
0|<path d="M120 200 Q150 150 200 176 Q252 146 282 200 Q240 226 200 226 Q156 226 120 200 Z" fill="@a"/><circle cx="200" cy="168" r="11" fill="@c"/>
1|<ellipse cx="200" cy="198" rx="94" ry="26" fill="@c"/><g fill="@a"><circle cx="160" cy="192" r="9"/><circle cx="204" cy="184" r="9"/><circle cx="244" cy="196" r="9"/><circle cx="196" cy="208" r="9"/></g>
2|<ellipse cx="200" cy="206" rx="30" ry="9" fill="@d"/>
"##,
);
