import Chat
import Foundation
import Simulator
import Testing

/// Promise C9: a configuration with a fault is refused at the start, with its place and what to write.
@Suite(.serialized) struct BrokenConfigurationTests {
    struct Broken: Sendable, CustomTestStringConvertible {
        /// `nexus.yaml`.
        var text: String
        /// The line with the fault.
        var line: Int
        /// What the message holds.
        var message: String
        var testDescription: String { text }

        init(_ text: String, _ line: Int, _ message: String) {
            self.text = text
            self.line = line
            self.message = message
        }
    }

    static let all: [Broken] = [
        .init("servr: {port: 1}", 1, "unknown key 'servr'; did you mean 'server'?"),
        .init("server:\n  prot: 4000", 2, "server: unknown key 'prot'; did you mean 'port'?"),
        .init("server: {port: 70000}", 1, "server.port: found '70000'; expected a whole number from 0 to 65535"),
        .init("server: {port: -1}", 1, "server.port: found '-1'; expected a whole number from 0 to 65535"),
        .init("server: {port: http}", 1, "server.port: found 'http'; expected a whole number"),
        .init("server: {keys: sesame}", 1, #"server.keys: found 'sesame'; expected a list of keys, best as ["${NAME}"]"#),
        .init("server: {keys: ['${NOBODY_SET_THIS}']}", 1, "server.keys[0]: ${NOBODY_SET_THIS} is not set"),
        .init("server: {max_body_bytes: 0}", 1, "server.max_body_bytes: found '0'; expected a whole number from 1"),
        .init("server: {host: ''}", 1, "server.host: found an empty text; expected an address such as 127.0.0.1"),
        .init("server: 4000", 1, "server: found '4000'; expected a mapping"),
        .init("providers: [openai]", 1, "providers: found a list; expected a mapping of names to providers"),
        .init("providers:\n  openai: {api_ky: x}", 2, "unknown key 'api_ky'; did you mean 'api_key'?"),
        .init("providers:\n  openai: {api_key: '${NOBODY_SET_THIS}'}", 2, "api_key: ${NOBODY_SET_THIS} is not set; set it"),
        .init(
            "providers:\n  a: {dialect: openai, base_url: 'http://${NOBODY_SET_THIS}/v1'}", 2,
            "base_url: ${NOBODY_SET_THIS} is not set; set it"),
        .init("providers:\n  a: {dialect: opnai, base_url: 'http://h'}", 2, "found 'opnai'; expected one of"),
        .init("providers:\n  mistrall: {api_key: k}", 2, "the provider 'mistrall' is not known and lacks 'dialect' and "
            + "'base_url'; did you mean 'mistral'?"),
        .init("providers:\n  local: {dialect: openai}", 2, "the provider 'local' is not known and lacks 'base_url'"),
        .init("providers:\n  local: {dialect: openai, base_url: 'localhost:8000'}", 2, "an address without http:// or https://"),
        .init("providers:\n  local: {dialect: openai, base_url: 'http://'}", 2, "found an address without a host"),
        .init("providers:\n  local: {dialect: openai, base_url: 'http://h:99999/v1'}", 2, "found the port '99999'"),
        .init("providers:\n  local: {dialect: openai, base_url: 'http://me:secret-4711@h/v1'}", 2, "found a user name or password"),
        .init("providers:\n  local: {dialect: openai, base_url: 'ftp://h/v1'}", 2, "an address without http:// or https://"),
        .init("providers:\n  openai: {max_concurrency: -4}", 2, "max_concurrency: found '-4'; expected a whole number from 1"),
        .init("providers:\n  openai: {requests_per_minute: many}", 2, "requests_per_minute: found 'many'; expected"),
        .init("providers:\n  openai: {queue: -1}", 2, "queue: found '-1'; expected a whole number from 0"),
        .init("providers:\n  a/b: {dialect: openai, base_url: 'http://h'}", 2, "found 'a/b' as a provider's name"),
        .init("providers:\n  baseline: {api_key: k}", 2, "'baseline' is a provider of nexus itself"),
        .init("providers:\n  t: {dialect: http, base_url: 'http://h'}", 2, "the key 'request' is missing"),
        .init("models: [fast]", 1, "models: found a list; expected a mapping of names to models"),
        .init("models:\n  fast: opnai/gpt-4o-mini", 2, "did you mean 'openai/gpt-4o-mini'?"),
        .init("models:\n  fast: baseline/ecko", 2, "no baseline 'ecko'; did you mean 'echo'?"),
        .init("models:\n  fast: {model: openai/x, temperature: 3}", 2, "temperature: found '3'; expected a number from 0 to 2"),
        .init("models:\n  smart: openai/x\ndefault_model: smrt", 3, "did you mean 'smart'?"),
        .init("models:\n  a: {model: openai/x, fallback: [fsat]}\n  fast: openai/y", 2, "did you mean 'fast'?"),
        .init("models:\n  a: b\n  b: a", 2, "the alias 'a' stands for itself"),
        .init("default_model: ''", 1, "default_model: found an empty text; expected the name of a model"),
        .init("pipeline:\n  cahce: exact", 2, "pipeline.cahce: unknown key 'cahce'; did you mean 'cache'?"),
        .init("pipeline:\n  cache: {mode: exakt}", 2, "found 'exakt'; expected one of exact, off, semantic; did you mean 'exact'?"),
        .init("pipeline:\n  retry: {max_attempts: 0}", 2, "retry.max_attempts: found '0'; expected a whole number from 1"),
        .init("pipeline:\n  rate_limit: {requests_per_minute: -5}", 2, "requests_per_minute: found '-5'; expected"),
        .init("pipeline:\n  breaker: {open_secnds: 5}", 2, "unknown key 'open_secnds'; did you mean 'open_seconds'?"),
        .init("pipeline:\n  guardrails: {inptu: [pii]}", 2, "guardrails: unknown key 'inptu'; did you mean 'input'?"),
        .init("pipeline:\n  guardrails:\n    output:\n      - pii\n      - pij", 5, "there is no output rule 'pij'; did you mean 'pii'?"),
        .init("pipeline:\n  guardrails:\n    input: [{regex: {pattern: '('}}]", 3, "the '(' at position 1 is never closed"),
        .init("pipeline:\n  guardrails: {input: pii}", 2, "guardrails.input: found 'pii'; expected a list of rules"),
        .init("pipeline:\n  guardrails: {action: redact}", 2, "found none of input, output; expected one of them at least"),
        .init("pipeline:\n  retrieval: {top_k: 3}", 2, "found none of collection; expected one of them at least"),
        .init("pipeline:\n  retrieval: {collection: a, mode: hybird}", 2, "did you mean 'hybrid'?"),
        .init("pipelines:\n  lean: {guardrails: {output: [{webhook: {adress: x}}]}}", 2, "unknown key"),
        .init("pipelines:\n  lean: {cahe: off}", 2, "pipelines.lean.cahe: unknown key 'cahe'; did you mean 'cache'?"),
        .init("pipelines: [lean]", 1, "pipelines: found a list; expected a mapping of names to pipelines"),
        .init("log: {request: on}", 1, "log: unknown key 'request'; did you mean 'requests'?"),
        .init("log: {requests: maybe}", 1, "log.requests: found 'maybe'; expected true or false"),
        .init("log: {requests: off, prompts: on}", 1, "log.prompts: found prompts without requests, which hold them"),
        .init("prices:\n  openai/x: {inptu: 1}", 2, "unknown key 'inptu'; did you mean 'input'?"),
        .init("server: {port: 1\nmodels: {}", 2, "not valid YAML"),
    ]

    @Test(arguments: all) func `a configuration with a fault does not start`(broken: Broken) async throws {
        try await withBinary { binary in
            try binary.write(broken.text + "\n", to: "nexus.yaml")
            let begin = ContinuousClock.now
            let outcome = try binary.run("serve", "--port", "0")
            #expect(ContinuousClock.now - begin < .seconds(2))
            #expect(outcome.status == 2)
            let isTold = outcome.error.split(separator: "\n").contains { line in
                line.hasPrefix("nexus.yaml:\(broken.line):") && line.contains(broken.message)
            }
            #expect(isTold, "\(outcome.error)")
            #expect(!outcome.error.contains("secret-4711") && !outcome.error.contains("listening"))
            #expect(!binary.exists(".nexus"))
            let doctor = try binary.run("doctor")
            #expect(doctor.status == 2)
            #expect(doctor.output.contains(broken.message), "\(doctor.output)")
        }
    }

    @Test func `there are forty of them`() { #expect(Self.all.count >= 40) }

    @Test func `all faults are told at once, in the order of their lines`() async throws {
        try await withBinary { binary in
            try binary.write("server: {port: x}\nmodels: {a: opnai/b}\npipeline: {cach: exact}\n", to: "nexus.yaml")
            let lines = try binary.run("serve", "--port", "0").error.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.enumerated().allSatisfy { $1.hasPrefix("nexus.yaml:\($0 + 1):") }, "\(lines)")
        }
    }

    @Test func `a port in use is refused, and the log of the first goes on`() async throws {
        try await withServed("") { (served: Served) async throws in
            let second = try served.binary.run("serve", "--port", "\(served.port)", "--store", "other.db")
            #expect(second.status == 2)
            #expect(second.lastErrorLine.hasPrefix("cannot listen on 127.0.0.1:\(served.port): "))
        }
    }

    /// Variables, and the last line on standard error.
    static let variables: [(String, String, String)] = [
        ("CACHE_ENABLED", "maybe", "CACHE_ENABLED: found 'maybe'; expected true or false"),
        ("CACHE_TTL_SECONDS", "-1", "CACHE_TTL_SECONDS: found '-1'; expected seconds, 0.001 to 86400"),
        ("CACHE_MAX_SIZE", "lots", "CACHE_MAX_SIZE: found 'lots'; expected entries, 1 to 100000000"),
    ]

    @Test(arguments: variables)
    func `a variable with a fault is refused by its name`(name: String, value: String, message: String) async throws {
        try await withBinary { binary in
            var binary = binary
            binary.environment[name] = value
            let outcome = try binary.run("serve", "--port", "0")
            #expect(outcome.status == 2 && outcome.lastErrorLine == message)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `the environment switches the cache on`() async throws {
        try await withServed("", environment: ["CACHE_ENABLED": "true", "CACHE_TTL_SECONDS": "60"]) { (served: Served) async throws in
            #expect(try await served.chat("baseline/echo").headers["x-nexus-cache"] == "miss")
            #expect(try await served.chat("baseline/echo").headers["x-nexus-cache"] == "hit")
        }
    }
}
