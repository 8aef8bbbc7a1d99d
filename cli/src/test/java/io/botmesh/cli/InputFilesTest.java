package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
    @TempDir
    Path directory;

    @Test
    void leavesHiddenDirectoriesBuildOutputsAndLinksOut() throws IOException {
        for (String name :
                List.of("b.txt", "a.txt", ".gitignore", "src/target.txt", "src/deep/c", "build.d/d", "out.txt"))
            write(name);
        for (String name : List.of(".git/config", "target/x", "src/node_modules/x", "build/x", "dist/x", "out/x"))
            write(name);
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("a.txt"));
        Files.createSymbolicLink(directory.resolve("linked"), directory.resolve("src"));
        assertThat(names(directory))
                .containsExactly(
                        ".gitignore", "a.txt", "b.txt", "build.d/d", "out.txt", "src/deep/c", "src/target.txt");
    }

    @Test
    void whatTheInputItselfIsCalledDoesNotMatter() throws IOException {
        write(".hidden/target/file");
        assertThat(names(directory.resolve(".hidden"))).isEmpty();
        assertThat(names(directory.resolve(".hidden/target"))).containsExactly("file");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve(".hidden/target"));
        assertThat(InputFiles.list(link)).hasSize(1);
    }

    @Test
    void aFileIsAnInputToo() throws IOException {
        Path file = write("one.txt");
        assertThat(InputFiles.list(file)).extracting(InputFiles.InputFile::path).containsExactly(file.toRealPath());
    }

    @Test
    void anInputThatIsMissingOrEmptyIsRefusedInOneLineThatSaysWhatToDo() throws IOException {
        assertThatThrownBy(() -> InputFiles.list(directory.resolve("missing")))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("does not exist; name a directory or a file");
        assertThatThrownBy(() -> InputFiles.list(directory))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("no files to count")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> InputFiles.list(Path.of("/dev/null")))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("neither a directory nor a regular file");
    }

    @Test
    void aFileThatWasWrittenSinceIsNoticed() throws IOException {
        Path file = write("one.txt");
        var listed = InputFiles.list(directory).getFirst();
        assertThat(listed.changed()).isFalse();
        Files.writeString(file, "longer than before");
        assertThat(listed.changed()).isTrue();
    }

    private Path write(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    private List<String> names(Path input) throws IOException {
        Path start = input.toRealPath();
        try {
            return InputFiles.list(input).stream()
                    .map(file -> start.relativize(file.path()).toString())
                    .toList();
        } catch (CommandException nothing) {
            return List.of();
        }
    }
}
