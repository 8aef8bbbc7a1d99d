package io.botmesh.mesh;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * A peer whose packets are sealed and signed as they should be, and say whatever they like whenever they like: the node takes or refuses them, keeps little
 * of them, comes to rest, and what others send goes on.
 */
class NodeCoreFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void whateverAPeerSignsStopsNobodyElse(byte[] script) throws InterruptedException {
        new HostileScript(script).run();
    }
}
