package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.world.Arguments;
import io.botmesh.world.Upload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestArgumentsTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String JSON = "application/json";
    private static final String MULTIPART = "multipart/form-data; boundary=XX";
    private static final int MIB = 1 << 20;

    private final Spool spool = new Spool();

    @AfterEach
    void close() {
        spool.close();
    }

    // query

    @Test
    void theQueryWinsOverTheBody() throws Exception {
        var arguments = read("chat_id=1", JSON, "{\"chat_id\":2,\"text\":\"a\"}");
        assertThat(arguments.text("chat_id")).isEqualTo("1");
        assertThat(arguments.text("text")).isEqualTo("a");
        assertThat(arguments.names()).containsExactly("chat_id", "chat_id", "text");
    }

    @Test
    void theFirstOfEqualNamesWins() throws Exception {
        assertThat(read("a=1&a=2", null, "").text("a")).isEqualTo("1");
        assertThat(read(null, JSON, "{\"a\":\"x\",\"a\":\"y\"}").text("a")).isEqualTo("x");
    }

    @Test
    void plusIsASpaceInQueriesAndForms() throws Exception {
        assertThat(read("a=x+y%2Bz", null, "").text("a")).isEqualTo("x y+z");
        assertThat(read(null, FORM, "a=x+y%2Bz").text("a")).isEqualTo("x y+z");
    }

    @Test
    void brokenPercentEncodingStaysAsItIs() throws Exception {
        assertThat(read("a=%zz&b=%4&c=%&d=%41", null, "").text("a")).isEqualTo("%zz");
        assertThat(read("b=%4&x", null, "").text("b")).isEqualTo("%4");
        assertThat(read("c=%", null, "").text("c")).isEqualTo("%");
    }

    @Test
    void aNameWithoutAValueIsEmpty() throws Exception {
        var arguments = read("a&b=&=c&d=e=f", null, "");
        assertThat(arguments.text("a")).isEmpty();
        assertThat(arguments.text("b")).isEmpty();
        assertThat(arguments.text("")).isEqualTo("c");
        assertThat(arguments.text("d")).isEqualTo("e=f");
        assertThat(arguments.text("e")).isNull();
    }

    @Test
    void bytesThatAreNotUtf8AreKeptAsUnpairedSurrogates() throws Exception {
        assertThat(read("a=x%FFy%C3%A9%ED%A0%80", null, "").text("a")).isEqualTo("x\uDCFFy\u00E9\uDCED\uDCA0\uDC80");
        assertThat(read(null, JSON, new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xC3, '"', '}'})
                        .text("a"))
                .isEqualTo("\uDCC3");
        assertThat(read("a=%EF%BF%BD", null, "").text("a")).isEqualTo("\uFFFD");
        assertThat(read("a=%EF%BF%BE", null, "").text("a")).isEqualTo("\uFFFE");
    }

    @Test
    void overlongFormsAndPairsOfSurrogatesThatStandInUtf8AreNoText() throws Exception {
        for (var broken :
                List.of("%C0%80", "%E0%80%AF", "%ED%A0%BD%ED%B1%8D", "%ED%B1%8D", "%F0%80%80%AF", "%F4%90%80%80")) {
            assertThat(read("a=" + broken, null, "").text("a"))
                    .as(broken)
                    .matches("[\uDC80-\uDCFF]+")
                    .hasSize(broken.length() / 3);
        }
        for (var broken : List.of("\\ud83d", "\\udc4d", "\\ud83dx")) {
            assertThat(read(null, JSON, "{\"a\":\"" + broken + "\"}").text("a"))
                    .as(broken)
                    .startsWith("\uDCED");
        }
    }

    // JSON

    @Test
    void jsonValuesThatAreNoStringsKeepTheirText() throws Exception {
        var arguments = read(
                null,
                JSON,
                " {\"i\" : -1.50e3 , \"t\":true,\"f\":false,\"n\":null,\"o\":{ \"a\" : [1, \"\\u0041\"] },\"l\":[]}\n");
        assertThat(arguments.text("i")).isEqualTo("-1.50e3");
        assertThat(arguments.text("t")).isEqualTo("true");
        assertThat(arguments.text("f")).isEqualTo("false");
        assertThat(arguments.text("n")).isEqualTo("null");
        assertThat(arguments.text("o")).isEqualTo("{ \"a\" : [1, \"\\u0041\"] }");
        assertThat(arguments.text("l")).isEqualTo("[]");
    }

    @Test
    void jsonStringsAreUnescaped() throws Exception {
        assertThat(read(null, JSON, "{\"\\u0061\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\q\"}")
                        .text("a"))
                .isEqualTo("\"\\/\b\f\n\r\t\u00E9\uD83D\uDE00q");
    }

    @Test
    void aLoneSurrogateInJsonIsNotUtf8() throws Exception {
        assertThat(read(null, JSON, "{\"a\":\"\\ud800\"}").text("a")).isEqualTo("\uDCED\uDCA0\uDC80");
        assertThat(read(null, JSON, "{\"a\":\"\\ud800\\u0041\"}").text("a")).isEqualTo("\uDCED\uDCA0\uDC80A");
    }

    @Test
    void malformedJsonKeepsWhatCameBeforeTheMistake() throws Exception {
        for (var broken : List.of(
                "{\"a\":\"1\",",
                "{\"a\":\"1\",}",
                "{\"a\":\"1\"",
                "{\"a\":\"1\",\"b\":}",
                "{\"a\":\"1\",\"b\":nul}",
                "{\"a\":\"1\",\"b\":\"\\u00g0\"}",
                "{\"a\":\"1\",\"b\":\"\\",
                "{\"a\":\"1\";\"b\":2}",
                "{\"a\":\"1\"} x",
                "{\"a\":\"1\",\"b\":" + "[".repeat(200) + "]".repeat(200) + "}")) {
            assertThat(read(null, JSON, broken).text("a")).as(broken).isEqualTo("1");
            assertThat(read(null, JSON, broken).names()).as(broken).containsExactly("a");
        }
        for (var nothing : List.of("", "   ", "[]", "5", "nul", "{", "\"open", "\"a\" b")) {
            assertThat(read("q=1", JSON, nothing).names()).as(nothing).containsExactly("q");
        }
    }

    @Test
    void deepJsonIsRefusedBeyondAHundredLevels() throws Exception {
        var deep = "[".repeat(100) + "]".repeat(100);
        assertThat(read(null, JSON, "{\"a\":" + deep + "}").text("a")).isEqualTo(deep);
        var deeper = "[".repeat(102) + "]".repeat(102);
        assertThat(read(null, JSON, "{\"a\":" + deeper + "}").text("a")).isNull();
    }

    @Test
    void aJsonStringAloneIsTheArgumentContent() throws Exception {
        assertThat(read(null, JSON, " \"a\\nb\"").text("content")).isEqualTo("a\nb");
    }

    // content types

    @Test
    void theContentTypeIsFoundAnywhereAndInAnyCase() throws Exception {
        assertThat(read(null, "text/x; Application/JSON; charset=utf-8", "{\"a\":1}")
                        .text("a"))
                .isEqualTo("1");
        assertThat(read(null, "APPLICATION/X-WWW-FORM-URLENCODED", "a=1").text("a"))
                .isEqualTo("1");
    }

    @Test
    void aBodyOfAnotherTypeIsAFileNamedFile() throws Exception {
        var arguments = read("chat_id=1", "text/plain", "a=1");
        assertThat(arguments.names()).containsExactly("chat_id");
        assertThat(content(arguments, "file")).isEqualTo("a=1");
        assertThat(read(null, null, "x").uploads()).hasSize(1);
        assertThat(read(null, null, "").uploads()).isEmpty();
    }

    // multipart

    @Test
    void partsWithoutAFileNameAreArguments() throws Exception {
        var arguments = read(null, MULTIPART, """
                preamble\r
                --XX\r
                Content-Disposition: form-data; name="chat_id"\r
                \r
                12\r
                --XX\r
                content-disposition: form-data; name=text\r
                Content-Type: text/plain\r
                \r
                a\r
                --X\r
                \r
                --XX\r
                Content-Disposition: form-data; name="more"\r
                Content-Type: application/x-www-form-urlencoded\r
                \r
                b=1&c=x+y\r
                --XX--\r
                epilogue""");
        assertThat(arguments.names()).containsExactly("chat_id", "text", "b", "c");
        assertThat(arguments.text("chat_id")).isEqualTo("12");
        assertThat(arguments.text("text")).isEqualTo("a\r\n--X\r\n");
        assertThat(arguments.text("c")).isEqualTo("x y");
        assertThat(arguments.uploads()).isEmpty();
    }

    @Test
    void partsWithAFileNameAreFiles() throws Exception {
        var arguments = read(null, MULTIPART, """
                --XX\r
                Content-Disposition: form-data; name="document"; filename="a%20b \\"c\\".txt"\r
                Content-Type: text/plain\r
                \r
                line\r
                \r
                --XX\r
                Content-Disposition: form-data; name="empty"; filename=""\r
                \r
                \r
                --XX--""");
        var upload = file(arguments, "document");
        assertThat(upload.fileName()).isEqualTo("a b \"c\".txt");
        assertThat(upload.contentType()).isEqualTo("text/plain");
        assertThat(content(arguments, "document")).isEqualTo("line\r\n");
        assertThat(content(arguments, "empty")).isEmpty();
        assertThat(file(arguments, "empty").contentType()).isEqualTo("application/octet-stream");
    }

    @Test
    void anAttachReferenceNamesAPart() throws Exception {
        var arguments = read("document=attach://f1", MULTIPART, """
                --XX\r
                Content-Disposition: form-data; name="f1"; filename="x"\r
                \r
                data\r
                --XX--\r
                """);
        assertThat(content(arguments, "document")).isEqualTo("data");
    }

    @Test
    void aQuotedBoundaryAndALongHeaderAreUnderstood() throws Exception {
        var body = """
                --X X\r
                X-Long: a\r
                \tb\r
                Content-Disposition: form-data;\r
                 name="a"\r
                \r
                1\r
                --X X--""";
        assertThat(read(null, "multipart/form-data; Boundary=\"X X\"; charset=x", body)
                        .text("a"))
                .isEqualTo("1");
    }

    @Test
    void malformedMultipartIsABadRequest() {
        var good = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX--";
        for (int length = 1; length < good.length(); length++) {
            var cut = good.substring(0, length);
            assertStatus(400, () -> read(null, MULTIPART, cut));
        }
        for (var broken : List.of(
                "--XX\r\n\r\n1\r\n--XX--",
                "--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--XX--",
                "--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--XX--",
                "--XX\r\nContent-Disposition: form-data; name=\"a\" x\r\n\r\n1\r\n--XX--",
                "--XX\r\nno colon\r\n\r\n1\r\n--XX--",
                "--XX\r\nContent-Type: text/plain\r\n\r\n1\r\n--XX--")) {
            assertStatus(400, () -> read(null, MULTIPART, broken));
        }
        for (var type :
                List.of("multipart/form-data", "multipart/form-data; boundary", "multipart/form-data; boundary=")) {
            assertStatus(400, () -> read(null, type, good));
        }
        assertStatus(400, () -> read(null, "multipart/form-data; boundary=" + "x".repeat(71), good));
    }

    @Test
    void aPartAcrossBufferEdgesIsWhole() throws Exception {
        var random = new Random(7);
        for (int size : new int[] {32_700, 32_768, 65_535, 65_536, 65_537, 300_000}) {
            var bytes = new byte[size];
            random.nextBytes(bytes);
            for (int i = 0; i + 3 < size; i += 97)
                System.arraycopy("\r\n-".getBytes(StandardCharsets.US_ASCII), 0, bytes, i, 3);
            var body = new ByteArrayOutputStream();
            body.writeBytes("--XX\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            body.writeBytes(bytes);
            body.writeBytes("\r\n--XX--".getBytes(StandardCharsets.US_ASCII));
            var upload = file(read(null, MULTIPART, body.toByteArray()), "f");
            try (var in = upload.content().open()) {
                assertThat(in.readAllBytes()).isEqualTo(bytes);
            }
            assertThat(upload.content().size()).isEqualTo(size);
        }
    }

    // limits

    @Test
    void argumentsOfMoreThanAMebibyteAreTooLarge() throws Exception {
        assertThat(read(null, FORM, "a=" + "x".repeat(MIB - 2)).text("a")).hasSize(MIB - 2);
        assertStatus(413, () -> read(null, FORM, "a=" + "x".repeat(MIB - 1)));
        assertStatus(413, () -> read("b=1", FORM, "a=" + "x".repeat(MIB - 2)));
        assertThat(read(null, JSON, "{\"a\":\"" + "x".repeat(MIB - 8) + "\"}").text("a"))
                .hasSize(MIB - 8);
        assertStatus(413, () -> read(null, JSON, "{\"a\":\"" + "x".repeat(MIB - 7) + "\"}"));
        var part = "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n" + "x".repeat(MIB / 2) + "\r\n";
        assertThat(read(null, MULTIPART, part + part + "--XX--").names()).hasSize(2);
        assertStatus(413, () -> read("b", MULTIPART, part + part + "--XX--"));
    }

    @Test
    void theFiftyFirstFileIsTooMuch() throws Exception {
        var part = "--XX\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nx\r\n";
        assertThat(read(null, MULTIPART, part.repeat(50) + "--XX--").uploads()).hasSize(50);
        assertStatus(413, () -> read(null, MULTIPART, part.repeat(51) + "--XX--"));
    }

    @Test
    void partHeadersHaveALimitOfTheirOwn() {
        var part = "--XX\r\nX: " + "x".repeat(100_000) + "\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n";
        assertStatus(431, () -> read(null, MULTIPART, part.repeat(3) + "--XX--"));
    }

    @Test
    void theFrontRefusesABodyThatIsTooLargeForIt() {
        var body = new RequestArguments.Body(null, null, 100);
        assertThatThrownBy(() -> RequestArguments.read(null, body, new ByteArrayInputStream(new byte[101]), spool))
                .isInstanceOfSatisfying(HttpRefusal.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(413);
                    assertThat(refusal.byFront()).isTrue();
                });
    }

    // content encodings

    @Test
    void gzipAndDeflateAreUndone() throws Exception {
        var json = "{\"a\":\"hello\"}".getBytes(StandardCharsets.US_ASCII);
        assertThat(read(null, JSON, gzip(json), "gzip").text("a")).isEqualTo("hello");
        assertThat(read(null, JSON, deflate(json), "deflate").text("a")).isEqualTo("hello");
        assertThat(read(null, JSON, gzip(json), "Deflate").text("a")).isEqualTo("hello");
        assertThat(read("q=1", JSON, new byte[0], "gzip").names()).containsExactly("q");
    }

    @Test
    void anUnknownContentEncodingIsUnsupported() {
        assertStatus(415, () -> read(null, JSON, new byte[] {1}, "br"));
    }

    @Test
    void brokenCompressionIsABadRequest() throws Exception {
        var whole = gzip("{\"a\":\"hello\"}".getBytes(StandardCharsets.US_ASCII));
        assertStatus(400, () -> read(null, JSON, Arrays.copyOf(whole, 20), "gzip"));
        assertStatus(400, () -> read(null, JSON, new byte[] {1, 2, 3}, "deflate"));
    }

    @Test
    void aCompressionBombStopsAtTheLimit() throws Exception {
        assertStatus(413, () -> read(null, JSON, gzip(new byte[50 * MIB]), "gzip"));
    }

    // files

    @Test
    void smallFilesStayInMemoryAndLargeOnesGoWithTheSpool() throws Exception {
        read(null, null, new byte[Spool.IN_MEMORY]);
        assertThat(spool.filesOnDisk()).isZero();
        var large = file(read(null, null, new byte[Spool.IN_MEMORY + 1]), "file");
        assertThat(spool.filesOnDisk()).isEqualTo(1);
        spool.close();
        assertThatThrownBy(() -> large.content().open()).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void theFilesOfARefusedRequestAreGone() {
        var part = "--XX\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n" + "x".repeat(100_000);
        assertStatus(400, () -> read(null, MULTIPART, part));
        assertThat(spool.filesOnDisk()).isZero();
    }

    // paths

    @Test
    void pathsAreDecodedAndSplit() {
        assertThat(Target.parse("/bot1:a/getMe")).isEqualTo(new Target("1:a", false, "getMe"));
        assertThat(Target.parse("/bot1%3Aa/test/getMe")).isEqualTo(new Target("1:a", true, "getMe"));
        assertThat(Target.parse("/bot1:a+b/")).isEqualTo(new Target("1:a+b", false, ""));
        assertThat(Target.parse("/bot/x/y")).isEqualTo(new Target("", false, "x/y"));
        for (var none : List.of(
                "", "/", "/bot", "/bot1:a", "/bat1:a/getMe", "/bot1:a/testMe", "/bot1:a/test", "bot1:a/getMe")) {
            assertThat(Target.parse(none)).as(none).isNull();
        }
    }

    // no input makes the parsers fail otherwise than with a refusal

    @Test
    void garbageIsReadOrRefusedButNeverBreaksAnything() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var seeds = List.of(
                "{\"a\":[1,{\"b\":\"\\u0041\\ud83d\\ude00\"}],\"c\":-1.5e3,\"d\":null}",
                "--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b%20\\\"\"\r\nContent-Type: x\r\n\r\n1\r\n--XX--",
                "a=%41+b&c=%ff&=&&d");
        var types = List.of(JSON, FORM, MULTIPART, "text/plain", "multipart/form-data; boundary=\"");
        for (int round = 0; round < 20_000; round++) {
            var bytes = mutated(seeds.get(random.nextInt(seeds.size())).getBytes(StandardCharsets.ISO_8859_1), random);
            var encoding = random.nextInt(20) == 0 ? "gzip" : null;
            var query = random.nextInt(3) == 0 ? WireText.decode(mutated(bytes, random)) : null;
            try {
                var arguments = read(query, types.get(random.nextInt(types.size())), bytes, encoding);
                for (var name : arguments.names())
                    assertThat(WireText.decode(WireText.encode(name))).isEqualTo(name);
            } catch (HttpRefusal refusal) {
                assertThat(refusal.status()).isIn(400, 413, 431);
            }
        }
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        var changed = Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
        for (int i = random.nextInt(6); i > 0 && changed.length > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    private interface Reading {
        Arguments read() throws Exception;
    }

    private static void assertStatus(int status, Reading reading) {
        assertThatThrownBy(reading::read).isInstanceOfSatisfying(HttpRefusal.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(status);
            assertThat(refusal.byFront()).isFalse();
        });
    }

    private Arguments read(@Nullable String query, @Nullable String type, String body) throws IOException, HttpRefusal {
        return read(query, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private Arguments read(@Nullable String query, @Nullable String type, byte[] body) throws IOException, HttpRefusal {
        return read(query, type, body, null);
    }

    private Arguments read(@Nullable String query, @Nullable String type, byte[] body, @Nullable String encoding)
            throws IOException, HttpRefusal {
        var described = new RequestArguments.Body(type, encoding, RequestArguments.MAX_FILE);
        return RequestArguments.read(query, described, new ByteArrayInputStream(body), spool);
    }

    private static Upload file(Arguments arguments, String field) {
        return Objects.requireNonNull(arguments.upload(field), field);
    }

    private static String content(Arguments arguments, String field) throws IOException {
        try (var in = file(arguments, field).content().open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        return written(out, new GZIPOutputStream(out), bytes);
    }

    private static byte[] deflate(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        return written(out, new DeflaterOutputStream(out, new Deflater()), bytes);
    }

    private static byte[] written(ByteArrayOutputStream out, OutputStream encoder, byte[] bytes) throws IOException {
        try (encoder) {
            encoder.write(bytes);
        }
        return out.toByteArray();
    }
}
