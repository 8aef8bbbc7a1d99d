package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.ByteRanges.Part;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangesTest {
    private static List<Part> of(String header) {
        var ranges = ByteRanges.parse(header, 1000);
        assertThat(ranges.unsatisfiable()).isFalse();
        return ranges.wanted();
    }

    @Test
    void aPartHasABeginningAndAnEndOrOneOfThem() {
        assertThat(of("bytes=0-0")).containsExactly(new Part(0, 1));
        assertThat(of("Bytes=100-199")).containsExactly(new Part(100, 200));
        assertThat(of("bytes=900-")).containsExactly(new Part(900, 1000));
        assertThat(of("bytes=-100")).containsExactly(new Part(900, 1000));
        assertThat(of("bytes= 1 - 2 ")).containsExactly(new Part(1, 3));
    }

    @Test
    void whatReachesBeyondTheEndIsCutThere() {
        assertThat(of("bytes=999-5000")).containsExactly(new Part(999, 1000));
        assertThat(of("bytes=-5000")).containsExactly(new Part(0, 1000));
    }

    @Test
    void severalPartsComeInTheOrderAskedForWithoutThoseThatAreNotThere() {
        assertThat(of("bytes=500-599,0-99,2000-3000")).containsExactly(new Part(500, 600), new Part(0, 100));
    }

    @Test
    void theWholeFileComesForAnotherUnitAndForPartsThatAreMoreThanIt() {
        assertThat(of("items=0-5")).isEmpty();
        assertThat(of("bytes=0-,0-")).isEmpty();
        assertThat(ByteRanges.parse("bytes=0-", 0)).isEqualTo(new ByteRanges(List.of(), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=1000-",
                "bytes=5-4",
                "bytes=-0",
                "bytes=",
                "bytes=-",
                "bytes=x-5",
                "bytes=5-x",
                "bytes=5",
                "bytes=0-1,x",
                "bytes=+1-5",
                "bytes=1--5",
                "bytes=99999999999999999999-",
                "bytes=\u0661-\u0665"
            })
    void nothingOfItIsThere(String header) {
        assertThat(ByteRanges.parse(header, 1000)).isEqualTo(new ByteRanges(List.of(), true));
    }
}
