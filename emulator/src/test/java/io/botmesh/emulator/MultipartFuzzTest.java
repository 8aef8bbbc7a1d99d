package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.botmesh.world.Arguments;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;

/** Any bytes as a multipart body; the first line is the content type. */
class MultipartFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void aBodyIsRefusedOrReadWhereverItIsCut(byte[] input) throws IOException {
        int line = 0;
        while (line < input.length && input[line] != '\n') line++;
        var type = new String(input, 0, line, StandardCharsets.ISO_8859_1);
        var body = Arrays.copyOfRange(input, Math.min(line + 1, input.length), input.length);
        try (var spool = new Spool()) {
            var whole = outcome(type, new ByteArrayInputStream(body), spool);
            assertThat(whole.length()).isLessThanOrEqualTo(6 * body.length + 200);
            for (int cut : new int[] {1, 2, 7, 61}) {
                assertThat(outcome(type, inPieces(body, cut), spool)).isEqualTo(whole);
            }
        }
    }

    /** All that can be seen of it, in one text. */
    private static String outcome(String type, InputStream body, Spool spool) throws IOException {
        Arguments read;
        try {
            read = RequestArguments.read(
                    null,
                    new RequestArguments.Body("multipart/form-data;" + type, null, BotApiHandler.MOST_HOSTED_BYTES),
                    body,
                    spool);
        } catch (HttpRefusal refused) {
            assertThat(refused.status()).isIn(400, 413, 431);
            return "refused " + refused.status();
        }
        var seen = new StringBuilder();
        seen.append(read.names()).append('\n');
        for (var name : new LinkedHashSet<>(read.names())) {
            seen.append(name).append('=').append(read.text(name)).append('\n');
        }
        for (var upload : read.uploads()) {
            try (var content = upload.content().open()) {
                seen.append(upload.field()).append(' ').append(upload.fileName());
                seen.append(' ').append(upload.contentType()).append(' ');
                seen.append(new String(content.readAllBytes(), StandardCharsets.ISO_8859_1));
                seen.append('\n');
            }
        }
        return seen.toString();
    }

    private static InputStream inPieces(byte[] bytes, int size) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return in.read(into, from, Math.min(length, size));
            }
        };
    }
}
