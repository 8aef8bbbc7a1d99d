package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference of the control API against the table that is served. */
class OpenApiTest {
    private static final Path HERE = Path.of(System.getProperty("basedir", "."));

    @Test
    void theOpenApiFileIsWhatTheTableSays() throws IOException {
        String table;
        try (var emulator = Emulator.start()) {
            table = OpenApi.write(emulator.controls());
        }
        var written = HERE.resolve("target/emulator-openapi.yaml");
        Files.writeString(written, table);
        assertThat(Files.readString(HERE.resolve("../docs/emulator-openapi.yaml")))
                .as("if the routes are as you want them, copy " + written + " over docs/emulator-openapi.yaml")
                .isEqualTo(table);
    }

    @Test
    void theGuideListsEveryRouteAndNoOther() throws IOException {
        var guide = Files.readString(HERE.resolve("../docs/emulator.md"));
        var listed = new TreeSet<String>();
        var rows = Pattern.compile("^\\| `((?:GET|POST|DELETE) /[a-z/-]*)` \\|", Pattern.MULTILINE)
                .matcher(guide);
        while (rows.find()) listed.add(rows.group(1));
        var served = new TreeSet<String>();
        try (var emulator = Emulator.start()) {
            for (var route : emulator.controls().listed()) served.add(route.verb() + " " + route.path());
        }
        assertThat(listed).isEqualTo(served);
    }
}
