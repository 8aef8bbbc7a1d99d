package io.botmesh.webhook;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.ForwardingApi;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SetWebhook;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Sleeper;
import io.botmesh.webhook.WebhookServerOptions.Tls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

    private Tls pem(String name, String algorithm) throws Exception {
        var keys = folder.resolve(name + ".p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "bot",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=127.0.0.1",
                        "-validity",
                        "3650",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        keys.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD);
        }
        var certificate = folder.resolve(name + ".pem");
        var key = folder.resolve(name + ".key");
        Files.writeString(
                certificate, text("CERTIFICATE", store.getCertificate("bot").getEncoded()));
        Files.writeString(key, text("PRIVATE KEY", store.getKey("bot", PASSWORD).getEncoded()));
        return new Tls(certificate, key);
    }

    private static String text(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + what
                + "-----\n";
    }

    @Test
    void aSelfSignedCertificateGoesToTheServerWhichThenTrustsIt() throws Exception {
        var tls = pem("self", "EC");
        var seen = new LinkedBlockingQueue<String>();
        try (var hooked = new Hooked(WebhookServerOptions.defaults().withTls(tls))) {
            assertThat(hooked.server.uri().getScheme()).isEqualTo("https");
            var options = hooked.options();
            var source = hooked.source(
                    options.withRegistration(options.registration().withCertificate(tls.certificates())));
            hooked.run(
                    source, delivery -> seen.add(Hooked.text(delivery.update())), RunnerOptions.<RawUpdate>defaults());
            hooked.say(hooked.ann, "sealed");
            assertThat(seen.poll(120, TimeUnit.SECONDS)).isEqualTo("sealed");
            assertThat(hooked.info().hasCustomCertificate()).isTrue();
        }
    }

    @Test
    void aSelfSignedCertificateThatIsRenewedGoesToTheServerToo() throws Exception {
        var tls = pem("first", "EC");
        var renewed = pem("second", "EC");
        var seen = new LinkedBlockingQueue<String>();
        var minutes = new SynchronousQueue<Boolean>();
        var asleep = new Semaphore(0);
        Sleeper sleeper = pause -> {
            asleep.release();
            minutes.take();
        };
        try (var hooked = new Hooked(WebhookServerOptions.defaults().withTls(tls))) {
            var options = hooked.options();
            var told = new LinkedBlockingQueue<SetWebhook>();
            var api = new ForwardingApi(hooked.api) {
                @Override
                public <R> R call(ApiCall<R> call) throws InterruptedException {
                    R answer = super.call(call);
                    if (call instanceof SetWebhook set) told.add(set);
                    return answer;
                }
            };
            var source = hooked.server.bot(
                    api, options.withRegistration(options.registration().withCertificate(tls.certificates())), sleeper);
            hooked.run(
                    source, delivery -> seen.add(Hooked.text(delivery.update())), RunnerOptions.<RawUpdate>defaults());
            asleep.acquire();
            Files.copy(renewed.certificates(), tls.certificates(), REPLACE_EXISTING);
            Files.copy(renewed.key(), tls.key(), REPLACE_EXISTING);
            hooked.server.renew();
            hooked.say(hooked.ann, "sealed anew");
            // The server may still have a connection from before, so what it was told counts. It may want a pause
            // first.
            while (told.size() < 2) {
                minutes.put(true);
                asleep.acquire();
            }
            minutes.put(true);
            asleep.acquire();
            assertThat(told).as("no change, no call").hasSize(2);
            assertThat(seen.poll(120, TimeUnit.SECONDS)).isEqualTo("sealed anew");
            assertThat(source.trouble()).isEmpty();
        }
    }

    @Test
    void aRenewedCertificateIsTakenOverAndAHalfWrittenOneIsNot() throws Exception {
        var tls = pem("old", "EC");
        var renewed = pem("new", "RSA");
        var certificates = new Certificates(tls);
        certificates.context().start();
        try {
            assertThat(shown(certificates)).isEqualTo("EC");
            Files.copy(renewed.certificates(), tls.certificates(), REPLACE_EXISTING);
            certificates.look();
            assertThat(shown(certificates)).as("the key is still the old one").isEqualTo("EC");
            Files.copy(renewed.key(), tls.key(), REPLACE_EXISTING);
            certificates.look();
            assertThat(shown(certificates)).isEqualTo("RSA");
        } finally {
            certificates.context().stop();
        }
    }

    @Test
    void aCertificateThatEndsSoonOrHasEndedIsTold() throws Exception {
        var tls = pem("ending", "EC");
        var certificates = new Certificates(tls);
        var begin = Instant.now();
        var end = begin.plus(Duration.ofDays(3650));
        assertThat(certificates.complaint(begin.plusSeconds(3600))).isEmpty();
        assertThat(certificates.complaint(end.minus(Duration.ofDays(8)))).isEmpty();
        assertThat(certificates.complaint(end.minus(Duration.ofDays(6))))
                .contains("ending.pem expires at 20")
                .endsWith("renew it");
        assertThat(certificates.complaint(end.plusSeconds(3600)))
                .contains("ending.pem expired at 20")
                .endsWith("until it is renewed");
        assertThat(certificates.complaint(begin.minus(Duration.ofDays(1)))).contains("ending.pem is not valid before");
    }

    private static String shown(Certificates certificates) throws Exception {
        var certificate = (X509Certificate) certificates.context().getKeyStore().getCertificate("webhook");
        return certificate.getPublicKey().getAlgorithm();
    }

    @Test
    void anUnusableKeyIsRefusedWithTheFilesNameAndNothingOfTheKey() throws Exception {
        var tls = pem("good", "EC");
        Files.writeString(tls.key(), "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n");
        assertThatThrownBy(() ->
                        WebhookServer.start(WebhookServerOptions.defaults().withTls(tls)))
                .hasMessageContaining("good.key")
                .hasMessageContaining("PKCS #8")
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void oneFileMayHoldTheKeyAndThenTheCertificate() throws Exception {
        var tls = pem("both", "EC");
        var both = folder.resolve("both-in-one.pem");
        Files.writeString(both, Files.readString(tls.key()) + Files.readString(tls.certificates()));
        try (var server = WebhookServer.start(WebhookServerOptions.defaults().withTls(new Tls(both, both)))) {
            assertThat(server.uri().getScheme()).isEqualTo("https");
        }
    }

    @Test
    void whatHoldsNoCertificateIsNamed() throws Exception {
        var tls = pem("named", "EC");
        assertRefused(new Tls(folder, tls.key()), folder + " is a folder");
        assertRefused(new Tls(tls.certificates(), folder), folder + " is a folder");
        assertRefused(new Tls(tls.key(), tls.key()), "named.key holds no certificates in PEM");
        Files.writeString(tls.certificates(), text("CERTIFICATE", new byte[] {1, 2, 3}));
        assertRefused(tls, "named.pem is damaged");
    }

    private static void assertRefused(Tls tls, String words) {
        assertThatThrownBy(() ->
                        WebhookServer.start(WebhookServerOptions.defaults().withTls(tls)))
                .hasMessageContaining(words);
    }
}
