import Testing

@testable import Reports

@Suite struct SVGPictureTests {
    private func clean(_ text: String) throws -> String {
        String(decoding: try SVGPicture.clean(Array(text.utf8), prefix: "p"), as: UTF8.self)
    }

    @Test func `scripts, styles, foreign addresses and handlers go`() throws {
        let text = try clean(
            """
            <?xml version="1.0"?><svg viewBox="0 0 1 1" onload="x()" style="color:red"><script>x()</script>\
            <style>a{}</style><g id="a"><use xlink:href="#a"/><use href="http://evil/#a"/><image href="x"/>\
            <path d="M0,0" stroke="url(http://evil)"/><foreignObject><div/></foreignObject></g></svg>
            """)
        #expect(
            text
                == "<svg aria-hidden=\"true\" focusable=\"false\" viewBox=\"0 0 1 1\"><g id=\"p-a\"><use href=\"#p-a\">"
                + "</use><use></use><path d=\"M0,0\"></path></g></svg>")
    }

    @Test func `the white ground goes and the ink becomes the colour of the text`() throws {
        let text = try clean(
            "<svg><rect x=\"0\" y=\"0\" fill=\"#ffffff\"/><text fill=\"rgb(122, 127, 135)\">a &lt; b &#65;</text></svg>"
        )
        #expect(text.contains("<text fill=\"currentColor\">a &lt; b A</text>"))
        #expect(!text.contains("rect"))
    }

    @Test(arguments: [
        "<svg>]]></svg>", "<svg><g></svg>", "<svg", "", "<svg/><svg/>", "<svg a=\"1\" a=\"2\"/>", "<svg a=1/>",
        "<!DOCTYPE svg><svg/>", "<svg>&evil;</svg>", "<svg>&amp</svg>", "<g/>", "text<svg/>", "<svg>\u{0}</svg>",
        "<svg a=\"<\"/>", "<svg><!-- </svg>",
    ])
    func `what is not well-formed is refused`(text: String) {
        #expect(throws: XMLFault.self) { try clean(text) }
    }
}
