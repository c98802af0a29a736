"""English names of states, in small letters, that an organisation may have as well.

What is stored is read by this list. So it may grow with a new version of the read models, and nothing leaves it.
"""

from __future__ import annotations

_LIST = """
abu dhabi; afghanistan; albania; algeria; america; american samoa; andorra; angola; anguilla; antarctica;
antigua & barbuda; antigua and barbuda; arab republic of yemen; argentina; armenia; aruba; australia; austria;
azerbaijan; bahamas; bahrain; bangladesh; barbados; belarus; belgium; belize; belorussia; benin; bermuda;
bhutan; bih; bolivia; bosnia; bosnia & herzegovina; bosnia and herzegovina; bosnia-herzegovina; botswana;
bouvet island; brazil; britain; british antarctic territory; british indian ocean territory; british virgin
islands; brunei; brunei darussalam; bulgaria; burkina faso; burma; burundi; byelorussian ssr soviet socialist
republic; cabo verde; cambodia; cameroon; canada; canton and enderbury islands; cape verde; caribbean
netherlands; cayman islands; central african republic; ceylon; chad; chile; china; christmas island; cocos
(keeling) islands; colombia; communist china; comoros; congo; congo (brazzaville); congo (kinshasa); congo -
brazzaville; congo - kinshasa; congo-brazzaville; congo-kinshasa; congo-zaire; cook islands; costa rica; cote
d'ivoire; croatia; cuba; curaçao; cyprus; czech republic; czechia; czechoslovakia; côte d'ivoire; dahomey;
democratic kampuchea; democratic republic of congo; democratic republic of yemen; democratic vietnam; denmark;
djibouti; dominica; dominican republic; dr congo; dronning maud land; dubai; east germany; east germany (gdr);
east timor; ecuador; egypt; el salvador; emirates; england; equatorial guinea; eritrea; estonia; eswatini;
ethiopia; falkland islands; falkland islands (malvinas); faroe islands; federal republic of yugoslavia; fiji;
finland; former yugoslav republic of macedonia; formosa; fr yugoslavia; france; french afars and issas; french
guiana; french polynesia; french southern and antarctic territories; french southern territories; fyr
macedonia; gabon; gambia; georgia; german democratic republic; germany; ghana; gibraltar; gilbert and ellice
islands; great britain; great britain and northern ireland; greece; greenland; grenada; guadeloupe; guam;
guatemala; guernsey; guinea; guinea conakry; guinea-bissau; guyana; haiti; heard & mcdonald islands; heard
island and mcdonald islands; holland; holy see (vatican city state); honduras; hong kong; hong kong sar china;
hungary; iceland; india; indonesia; iran; iraq; ireland; isle of man; israel; italy; ivory coast; jamaica;
japan; jersey; johnston island; jordan; kampuchea; kazakhstan; kenya; khmer republic; kingdom of yemen;
kiribati; korea; kosovo; kuwait; kyrgyzstan; lao pdr; lao people's democratic republic; laos; latvia; lebanon;
lesotho; liberia; libya; liechtenstein; lithuania; luxembourg; macao; macao sar china; macedonia; madagascar;
mainland china; malawi; malaysia; maldives; mali; malta; marshall islands; martinique; mauritania; mauritius;
mayotte; mexico; micronesia; midway islands; moldova; monaco; mongolia; montenegro; montserrat; morocco;
mozambique; myanmar; myanmar (burma); namibia; nationalist china; nauru; nepal; netherlands; netherlands
antilles; neutral zone; new caledonia; new hebrides; new zealand; nicaragua; niger; nigeria; niue; norfolk
island; north korea; north macedonia; north vietnam; north yemen; northern ireland; northern mariana islands;
norway; oman; pacific islands (trust territory); pakistan; palau; palestine; palestinian authority;
palestinian national authority; palestinian territories; panama; panama canal zone; papua new guinea;
paraguay; pdr yemen; people's democratic republic of yemen; persia; peru; philippines; pitcairn; pitcairn
islands; poland; portugal; puerto rico; qatar; red china; republic of china; republic of china (taiwan);
republic of congo; republic of vietnam; rhodesia; romania; russia; russian federation; rwanda; réunion; saint
barthélemy; saint kitts and nevis; saint lucia; saint martin (french part); saint pierre and miquelon; saint
vincent and the grenadines; samoa; san marino; sao tome and principe; saudi; saudi arabia; scotland; senegal;
serbia; serbia and montenegro; seychelles; siam; sierra leone; sikkim; singapore; sint maarten; sint maarten
(dutch part); slovak republic; slovakia; slovenia; socialist federal republic of yugoslavia; solomon islands;
somalia; south africa; south georgia & south sandwich islands; south georgia and the south sandwich islands;
south korea; south sudan; south vietnam; south yemen; southern rhodesia; soviet russia; soviet union; spain;
sri lanka; st. barthélemy; st. helena; st. kitts & nevis; st. lucia; st. martin; st. pierre & miquelon; st.
vincent & grenadines; state of vietnam; sudan; suriname; svalbard & jan mayen; svalbard and jan mayen;
swaziland; sweden; switzerland; syria; syrian arab republic; são tomé & príncipe; taiwan; tajikistan;
tanzania; thailand; timor-leste; togo; tokelau; tonga; trinidad & tobago; trinidad and tobago; tunisia;
turkey; turkish republic; turkiye; turkmenistan; turks & caicos islands; turks and caicos islands; tuvalu;
türkiye; u.s. outlying islands; u.s. virgin islands; uganda; ukraine; union of soviet socialist republics;
united arab emirates; united arab republic; united kingdom; united kingdom of great britain; united states;
united states minor outlying islands; upper volta; uruguay; us miscellaneous pacific islands; us of america;
uzbekistan; vanuatu; vatican city; venezuela; viet nam; vietnam; virgin islands; wake island; wales; wallis &
futuna; wallis and futuna; west germany; western sahara; yemen; yemen arab republic; yugoslavia; zaire;
zambia; zanzibar; zimbabwe; åland islands
"""
STATE_NAMES = frozenset(" ".join(name.split()) for name in _LIST.split(";"))
"""Names that stand for a state unless somebody marks them."""
