extension Provider {
    /// `nexus simulate`: models that a script plays, over real HTTP. Its address must be said, as its port is free to
    /// choose.
    static let simulator = compatible(name: "sim", baseURL: nil, baseURLVariable: "SIM_BASE_URL")
}
