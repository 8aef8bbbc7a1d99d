package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeEvent;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NodePlaceTest {
    @Test
    void aRequestThatCameTooLateIsToldOfInOneLine() {
        var err = new ByteArrayOutputStream();
        NodePlace.tell(
                new Terminal(InputStream.nullInputStream(), new ByteArrayOutputStream(), err),
                new NodeEvent.Late("anna", "price\u001b"));
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "botmesh: a request of anna about price\\u001b came when nobody waited for an answer any more;"
                                + " it was dropped\n");
    }
}
