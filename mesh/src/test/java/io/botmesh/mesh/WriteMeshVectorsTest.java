package io.botmesh.mesh;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What make vectors runs here: a main class would want the modules below in a repository. */
@EnabledIfSystemProperty(named = "vectors", matches = "write")
class WriteMeshVectorsTest {
    @Test
    void areWritten() throws Exception {
        WriteMeshVectors.write();
    }
}
