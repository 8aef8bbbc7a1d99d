/** Tests of bots against the emulator, for JUnit. */
module io.botmesh.emulatorjunit {
    exports io.botmesh.emulatorjunit;

    requires transitive io.botmesh.emulator;
    requires transitive org.junit.jupiter.api;
    requires transitive tools.jackson.databind;
    requires static transitive org.jspecify;
    requires org.junit.platform.commons;
}
