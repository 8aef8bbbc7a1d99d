package io.botmesh.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.IDN;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The layers that docs/architecture.md draws, as far as the poms alone do not hold them. */
class LayersTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.botmesh");

    @Test
    void everyModuleIsLookedAt() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
                .contains(
                        "io.botmesh.runner",
                        "io.botmesh.wire",
                        "io.botmesh.seal",
                        "io.botmesh.botapi",
                        "io.botmesh.world",
                        "io.botmesh.emulator",
                        "io.botmesh.emulatorjunit",
                        "io.botmesh.mesh",
                        "io.botmesh.store",
                        "io.botmesh.cli");
    }

    @Test
    void theProtocolKnowsNoIoAndNoThreads() {
        noClasses()
                .that()
                .resideInAPackage("io.botmesh.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.sql..",
                        "java.time..",
                        "java.util.concurrent..")
                .check(CLASSES);
    }

    @Test
    void theSealKnowsTheProtocolAndItsCryptographyAndNoIo() {
        noClasses()
                .that()
                .resideInAPackage("io.botmesh.seal..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "io.botmesh.seal..",
                        "io.botmesh.wire..",
                        "org.bouncycastle..",
                        "java..",
                        "javax.crypto..",
                        "org.jspecify..")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..", "java.sql..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.botmesh.seal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .check(CLASSES);
    }

    /** It hides nothing, so no path from a program's options may lead to it. */
    @Test
    void onlyTheSimulatorUsesTheSealThatHidesNothing() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.botmesh.seal..", "io.botmesh.sim..")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("SimulatedSeal")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.botmesh.seal..")
                .and()
                .doNotHaveSimpleName("SimulatedSeal")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("SimulatedSeal")
                .check(CLASSES);
    }

    @Test
    void theRunnerKnowsOnlyTheJdk() {
        noClasses()
                .that()
                .resideInAPackage("io.botmesh.runner..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "io.botmesh.runner..", "java..", "javax.management..", "jdk.jfr..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void modulesFormNoCycle() {
        slices().matching("io.botmesh.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void lowerLayersDoNotKnowHigherOnes() {
        noClasses()
                .that()
                .resideInAnyPackage("io.botmesh.botapi..", "io.botmesh.wire..", "io.botmesh.runner..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.botmesh.mesh..",
                        "io.botmesh.store..",
                        "io.botmesh.world..",
                        "io.botmesh.emulator..",
                        "io.botmesh.emulatorjunit..",
                        "io.botmesh.cli..")
                .check(CLASSES);
    }

    /** Tests and simulations drive it without a server. */
    @Test
    void theWorldKnowsNoServerNoSocketAndNoThread() {
        noClasses()
                .that()
                .resideInAPackage("io.botmesh.world..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "io.botmesh.emulator..",
                                "org.eclipse.jetty..",
                                "java.net..",
                                "java.nio.channels..",
                                "java.sql..")
                        // Values that only read and write addresses and names.
                        .and(not(belongToAnyOf(
                                InetAddress.class, Inet4Address.class, UnknownHostException.class, IDN.class))))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(Thread.class.getName())
                .check(CLASSES);
    }

    /** Equal seeds, clocks and inputs have to lead to equal worlds in every process. */
    @Test
    void theWorldTakesNothingFromWhereItRuns() {
        noClasses()
                .that()
                .resideInAPackage("io.botmesh.world..")
                .should()
                .callMethodWhere(target(nameMatching("now|system.*|tick.*"))
                        .and(target(owner(nameMatching("java[.]time[.].*")))))
                .orShould()
                .callMethodWhere(target(owner(nameMatching("java[.]lang[.]System")))
                        .and(target(nameMatching(
                                "currentTimeMillis|nanoTime|identityHashCode|getProperty|getenv|lineSeparator"))))
                .orShould()
                .callMethodWhere(target(nameMatching("random|randomUUID|getDefault|defaultCharset|systemDefault"))
                        .and(target(owner(nameMatching("java[.].*")))))
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callConstructor(SplittableRandom.class)
                .orShould()
                .callMethod(String.class, "toLowerCase")
                .orShould()
                .callMethod(String.class, "toUpperCase")
                .orShould()
                .callMethod(String.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(String.class, "formatted", Object[].class)
                .orShould()
                .callMethod(String.class, "getBytes")
                .orShould()
                .callConstructor(String.class, byte[].class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.security.SecureRandom")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.IdentityHashMap")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandPrintsAndReadsTheEnvironment() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.botmesh.cli..")
                .and()
                .resideOutsideOfPackage("io.botmesh.codegen..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethodWhere(
                        target(owner(nameMatching("java.lang.System"))).and(target(nameMatching("getenv|exit"))))
                .check(CLASSES);
    }
}
