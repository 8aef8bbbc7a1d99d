package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.BotToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {
    private static final String FIRST = "123456:FAKE-token-for-tests-only-000000000";
    private static final String SECOND = "123457:FAKE-token-for-tests-only-000000001";

    @TempDir
    Path directory;

    @Test
    void readsOneTokenALineAndLeavesCommentsOut() throws IOException {
        Path file = write("# writers\n\n  " + FIRST + "  \r\n" + SECOND + " # mine\n  # none\n" + FIRST + "\n");
        assertThat(TokenFile.read(file)).extracting(BotToken::value).containsExactly(FIRST, SECOND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing\n\n",
                "secretsecretsecretsecret\n",
                "123456:short\n",
                FIRST + "\n" + FIRST + " x\n"
            })
    void whatIsNoListOfTokensIsRefusedWithoutShowingIt(String content) throws IOException {
        Path file = write(content);
        assertThatThrownBy(() -> TokenFile.read(file))
                .isInstanceOfSatisfying(
                        CommandException.class,
                        wrong -> assertThat(wrong.exitCode()).isEqualTo(ExitCodes.WRONG_USE))
                .hasMessageContaining("one token a line")
                .hasMessageNotContaining("secretsecret")
                .hasMessageNotContaining("FAKE");
    }

    @Test
    void saysWhichLineIsWrong() throws IOException {
        Path file = write(FIRST + "\nwrong\n");
        assertThatThrownBy(() -> TokenFile.read(file)).hasMessageContaining("line 2");
    }

    @Test
    void binaryContentAndDirectoriesAreRefused() throws IOException {
        Path file = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> TokenFile.read(file)).hasMessageContaining("not a text file");
        assertThatThrownBy(() -> TokenFile.read(directory)).hasMessageContaining("is a directory");
    }

    @Test
    void aMissingFileIsWrongUse() {
        assertThatThrownBy(() -> TokenFile.read(directory.resolve("missing")))
                .isInstanceOfSatisfying(
                        CommandException.class,
                        wrong -> assertThat(wrong.exitCode()).isEqualTo(ExitCodes.WRONG_USE))
                .hasMessageContaining("does not exist; put the bot's token into it");
    }

    @Test
    void seesWhenOthersMayReadIt() throws IOException {
        Path file = write(FIRST);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(TokenFile.openToOthers(file)).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(TokenFile.openToOthers(file)).isTrue();
    }

    private Path write(String content) throws IOException {
        return Files.writeString(directory.resolve("tokens"), content);
    }
}
