import Hummingbird

extension HTTPFields {
    /// The first field of a name that is written out; a name that is no token has none.
    subscript(named name: String) -> String? {
        get { HTTPFields.Element.Name(name).flatMap { self[$0] } }
        set { if let name = HTTPFields.Element.Name(name) { self[name] = newValue } }
    }
}
