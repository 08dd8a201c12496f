//! Where the names of products come from.

/// A source of model names; each brand keeps to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Names out of the north.
    Fjords,
    /// Mountains.
    Summits,
    /// Rivers.
    Rivers,
    /// Winds and weather.
    Winds,
    /// Trees.
    Trees,
    /// Birds.
    Birds,
    /// First names.
    FirstNames,
    /// Places by the southern sea.
    Coast,
    /// Small towns and quarters.
    Towns,
}

impl Theme {
    /// The names.
    #[rustfmt::skip]
    pub(crate) const fn names(self) -> &'static [&'static str] {
        match self {
            Theme::Fjords => &["Skarn", "Lofot", "Senja", "Hardanger", "Lyngen", "Sogn", "Rondane", "Tysfjord", "Vesteral", "Femund", "Dovre", "Runde", "Stad", "Alta", "Varanger", "Tromsa", "Hitra", "Vega", "Andoya", "Sula", "Nusfjord", "Tana", "Jostedal", "Hemsedal"],
            Theme::Summits => &["Piz Alv", "Grosser Bar", "Watzmann", "Ortler", "Tofana", "Rotwand", "Karwendel", "Dachstein", "Silvretta", "Rigi", "Pilatus", "Marmolada", "Wildspitze", "Hochkonig", "Zugspitz", "Bernina", "Eiger", "Sella", "Nebelhorn", "Arlberg", "Stubai", "Venediger", "Glockner", "Habicht"],
            Theme::Rivers => &["Isar", "Tay", "Spey", "Lech", "Ilm", "Moselle", "Tweed", "Loire", "Drava", "Soca", "Ure", "Saale", "Adige", "Dee", "Havel", "Ems", "Inn", "Clyde", "Neisse", "Wye", "Alz", "Enns", "Fulda", "Garonne"],
            Theme::Winds => &["Mistral", "Foehn", "Bora", "Zephyr", "Sirocco", "Levante", "Tramontana", "Brise", "Bise", "Passat", "Gale", "Chinook", "Meltemi", "Kestrel Wind", "Squall", "Etesian", "Ostria", "Leste", "Calm", "Monsoon", "Drizzle", "Cirrus", "Nimbus", "Aurora"],
            Theme::Trees => &["Oak", "Linden", "Rowan", "Hazel", "Alder", "Juniper", "Larch", "Maple", "Elder", "Hornbeam", "Birch", "Willow", "Aspen", "Yew", "Cedar", "Chestnut", "Holly", "Poplar", "Sorrel", "Elm", "Pine", "Sycamore", "Medlar", "Quince"],
            Theme::Birds => &["Wren", "Swift", "Plover", "Heron", "Lapwing", "Siskin", "Robin", "Kestrel", "Dunnock", "Avocet", "Teal", "Curlew", "Merlin", "Finch", "Puffin", "Tern", "Nuthatch", "Jay", "Sandpiper", "Goldcrest", "Martin", "Starling", "Magpie", "Dipper"],
            Theme::FirstNames => &["Oda", "Jonas", "Greta", "Emil", "Ida", "Anton", "Frieda", "Bruno", "Marta", "Oskar", "Lotte", "Henrik", "Elsa", "Kaspar", "Nora", "Theo", "Alma", "Ludwig", "Clara", "Johan", "Selma", "Valentin", "Hedwig", "Mathis"],
            Theme::Coast => &["Amalfi", "Cadiz", "Naxos", "Trapani", "Hvar", "Positano", "Menton", "Paros", "Cefalu", "Alghero", "Tarifa", "Procida", "Rovinj", "Cassis", "Ischia", "Sifnos", "Lipari", "Vieste", "Milos", "Ravello", "Camogli", "Korcula", "Nerja", "Porto Venere"],
            Theme::Towns => &["Mitte", "Altona", "Gracia", "Vesterbro", "Belleville", "Neubau", "Ehrenfeld", "Sodermalm", "Kallio", "Testaccio", "Marvila", "Leith", "Zizkov", "Wedding", "Jordaan", "Praga", "Alfama", "Gostenhof", "Linz", "Grunerlokka", "Bahrenfeld", "Plagwitz", "Haidhausen", "Kalamaja"],
        }
    }
}
