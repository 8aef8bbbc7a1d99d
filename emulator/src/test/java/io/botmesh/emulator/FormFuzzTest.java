package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.botmesh.world.Arguments;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;

/** Any bytes as a form. */
class FormFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void aFormIsRefusedForItsLengthOnlyAndReadsTheSameOnceWrittenAgain(byte[] form) throws IOException {
        Arguments read;
        try {
            read = read(form);
        } catch (HttpRefusal refused) {
            assertThat(refused.status()).isEqualTo(413);
            assertThat(form.length).isGreaterThan(RequestArguments.MAX_ARGUMENTS);
            return;
        }
        var names = read.names();
        int chars = 0;
        for (var name : new HashSet<>(names))
            chars += name.length() + String.valueOf(read.text(name)).length();
        assertThat(chars).isLessThanOrEqualTo(form.length);

        var again = new ByteArrayOutputStream();
        for (var name : names) write(again, name, String.valueOf(read.text(name)));
        Arguments reread;
        try {
            reread = read(again.toByteArray());
        } catch (HttpRefusal grown) {
            assertThat(again.size()).isGreaterThan(RequestArguments.MAX_ARGUMENTS);
            return;
        }
        assertThat(reread.names()).isEqualTo(names);
        for (var name : names) assertThat(reread.text(name)).isEqualTo(read.text(name));
    }

    private static Arguments read(byte[] form) throws IOException, HttpRefusal {
        var body =
                new RequestArguments.Body("application/x-www-form-urlencoded", null, BotApiHandler.MOST_HOSTED_BYTES);
        try (var spool = new Spool()) {
            return RequestArguments.read(null, body, new ByteArrayInputStream(form), spool);
        }
    }

    private static void write(ByteArrayOutputStream form, String name, String value) {
        form.writeBytes(percentEncoded(name).getBytes(StandardCharsets.US_ASCII));
        form.write('=');
        form.writeBytes(percentEncoded(value).getBytes(StandardCharsets.US_ASCII));
        form.write('&');
    }

    /** Every byte, so that nothing depends on what needs it. */
    static String percentEncoded(String text) {
        var encoded = new StringBuilder();
        for (byte b : WireText.encode(text)) {
            encoded.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return encoded.toString();
    }
}
