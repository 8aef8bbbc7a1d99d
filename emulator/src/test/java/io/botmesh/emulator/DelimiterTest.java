package io.botmesh.emulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DelimiterTest {
    @Test
    void itIsFoundWhereASearchByteByByteFindsIt() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new Random(seed);
        int found = 0;
        for (int round = 0; round < 50_000; round++) {
            var wanted = text(random, 1 + random.nextInt(6));
            var in = text(random, random.nextInt(40));
            int from = random.nextInt(in.length() + 1);
            int at = new Delimiter(wanted.getBytes(ISO_8859_1)).find(in.getBytes(ISO_8859_1), from, in.length());
            int expected = in.indexOf(wanted, from);
            if (expected >= 0) {
                assertThat(at).as(wanted + " in " + in + " from " + from).isEqualTo(expected);
                found++;
            } else {
                // What is left from there on may be the beginning of one, and all that may is left.
                assertThat(at).isBetween(Math.max(from, in.length() - wanted.length() + 1), in.length());
                for (int begin = from; begin < at; begin++) {
                    assertThat(wanted).doesNotStartWith(in.substring(begin));
                }
            }
        }
        assertThat(found).isGreaterThan(5_000);
    }

    /** Of few letters, one of them beyond ASCII, so that much nearly fits. */
    private static String text(Random random, int length) {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) text.append("ab\u00ff".charAt(random.nextInt(3)));
        return text.toString();
    }
}
