package io.botmesh.emulatorjunit;

import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Profile;
import io.botmesh.world.WebhookTargets;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts an emulator for a test and ends it afterwards. Goes on a field or a parameter of type {@link Telegram} or
 * {@link io.botmesh.emulator.Emulator}; each has an emulator of its own, on free ports, so tests may run in parallel.
 *
 * <p>A static field lives as long as the tests of its class, every other field and a parameter of a test as long as one
 * test; a parameter of a {@code @BeforeAll} method again as long as the class. When a test fails, what happened in its
 * chats is attached to the failure.
 *
 * <pre>{@code
 * class EchoBotTest {
 *     @StartEmulator Telegram telegram;
 *
 *     @Test void repeatsWhatItHears() {
 *         var bot = telegram.bot("echo_bot");
 *         …
 *     }
 * }
 * }</pre>
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(StartEmulatorExtension.class)
public @interface StartEmulator {
    /** Which server is played. */
    Profile profile() default Profile.HOSTED;

    /** How much bots may send. */
    LimitProfile limits() default LimitProfile.OFF;

    /**
     * Whether time stands still until {@link Telegram#advance} moves it. It begins with 2026. Waiting people let as much
     * pass as a delivery takes, a few milliseconds.
     */
    boolean virtualClock() default false;

    /**
     * Where webhooks may go: anywhere, other than with the real server, because the bot under test listens on this machine
     * and mostly without TLS.
     */
    WebhookTargets webhookTargets() default WebhookTargets.ANY;

    /** All that is random follows from it. */
    long seed() default 1;

    /** How long people wait for what a bot does, in real milliseconds. */
    long patienceMillis() default 30_000;

    /** Makes the options instead of the settings above, {@link #patienceMillis} excepted; has a constructor without parameters. */
    Class<? extends Supplier<EmulatorOptions>> options() default None.class;

    /** No supplier. */
    final class None implements Supplier<EmulatorOptions> {
        private None() {}

        @Override
        public EmulatorOptions get() {
            return EmulatorOptions.defaults();
        }
    }
}
