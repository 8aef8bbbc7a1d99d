package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeshTest {
    @Test
    void aCalmMeshDeliversEverything() {
        SimReport report = Simulation.run(SimOptions.of(1, 3, 5));
        System.out.println(report.toJson());
        assertThat(report.sound()).isTrue();
    }
}
