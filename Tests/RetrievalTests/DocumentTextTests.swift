import Testing

@testable import Retrieval

struct DocumentTextTests {
    @Test func `a page's text comes without scripts, styles and markup`() {
        let page = """
            <!DOCTYPE html><html><head><title>Wings &amp; slots</title><style>p{color:red}</style>
            <script>alert("</p>")</script></head><body><!-- secret --><h1>Wings</h1><p>A <b>wing</b>   lifts&nbsp;more
            &#8212; na&iuml;ve &#x4E2D;.</p><ul><li>one<li>two</ul><table><tr><td>a<td>b</table>
            <a href="x>y">link</a> 1 < 2 &unknown; &amp<br>end</body></html>
            """
        let content = DocumentFormat.html.text(of: page)
        #expect(content.title == "Wings & slots")
        #expect(
            content.text == """
                # Wings

                A wing lifts more — naïve 中.

                - one
                - two

                a b

                link 1 < 2 &unknown; &amp
                end
                """)
    }

    @Test func `preformatted text keeps its lines`() {
        #expect(DocumentFormat.html.text(of: "<p>a</p><pre>x = 1\n  y\n</pre>b").text == "a\n\nx = 1\n  y\n\nb")
    }

    @Test func `an unclosed script swallows the rest, an odd tag does not`() {
        #expect(DocumentFormat.html.text(of: "a<script>if (1 < 2) {").text == "a")
        #expect(DocumentFormat.html.text(of: "a <3 b </ c <").text == "a <3 b </ c <")
        #expect(DocumentFormat.html.text(of: "<SCRIPT>x</Script >y").text == "y")
        #expect(DocumentFormat.html.text(of: "&#0;&#xD800;&#99999999;&#;&#x;").text.contains("\u{FFFD}"))
    }

    @Test func `a Markdown text comes without its marks`() {
        let text = """
            ---
            title: "On wings"
            ---
            # Wings #
            A **wing** lifts, _really_; see [the page](https://a.b/c_(d)) and ![a picture](p.png).
            snake_case stays, `code` too, <b>tags</b> go, <https://x.y> stays, \\*escaped\\*.

            ```swift
            let x = [1](2) // **kept**
            ```
            > quoted
            * one
            | a | b |
            |---|---|
            """
        let content = DocumentFormat.markdown.text(of: text)
        #expect(content.title == "On wings")
        let lines = content.text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "# Wings #")
        #expect(lines[1].hasPrefix("A wing lifts, really; see the page") && lines[1].hasSuffix("a picture."))
        #expect(lines[2] == "snake_case stays, code too, tags go, https://x.y stays, *escaped*.")
        #expect(content.text.contains("let x = [1](2) // **kept**") && content.text.contains("\nquoted\n- one\n"))
        #expect(DocumentFormat.markdown.text(of: "# Only a heading").title == "Only a heading")
    }

    @Test(arguments: [
        ("Call `a*b*c` on `Array<Int>`.", "Call a*b*c on Array<Int>."),
        ("`__init__` and `[x](y)` and `a|b`", "__init__ and [x](y) and a|b"),
        ("``a ` b`` and `` `c` ``", "a ` b and `c`"), ("`\\d+` *loud*", "\\d+ loud"),
        ("`<!-- kept -->` <!-- gone -->end", "<!-- kept --> end"), ("a ` b *c*", "a ` b c"),
        ("```\n<!-- kept -->\n```", "<!-- kept -->"),
    ])
    func `code stays as it is`(_ source: String, text: String) {
        #expect(DocumentFormat.markdown.text(of: source).text == text)
    }

    @Test func `what only looks like a comment's beginning takes nothing away`() {
        let text = "Write `<!--` to begin one.\n\n<!-- gone -->The rest stays."
        #expect(DocumentFormat.markdown.text(of: text).text.contains("The rest stays."))
        let open = DocumentFormat.markdown.text(of: "First.\n\nAn <!-- that never ends.\n\nLast.").text
        #expect(open.contains("First.") && open.contains("that never ends.") && open.contains("Last."))
    }

    @Test(.timeLimit(.minutes(1)))
    func `hostile markup is read in linear time`() {
        let count = 200_000
        let html = ["<", "<a ", "<!--", "&", "&#", "<script>", "</script", "<pre>", "<h1>", "\"=", "<a href=\""]
        for piece in html { _ = DocumentFormat.html.text(of: String(repeating: piece, count: count)) }
        for piece in ["[", "](", "[a](", "<", "<b", "*", "`", "` ", "`` ` ", "<!--", "![", "> ", "|", "#"] {
            _ = DocumentFormat.markdown.text(of: String(repeating: piece, count: count))
        }
    }
}
