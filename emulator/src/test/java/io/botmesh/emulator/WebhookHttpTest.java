package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Arguments;
import io.botmesh.world.Blob;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Call;
import io.botmesh.world.CallFilter;
import io.botmesh.world.Fault;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Person;
import io.botmesh.world.Profile;
import io.botmesh.world.Reply;
import io.botmesh.world.Upload;
import io.botmesh.world.WebhookTargets;
import io.botmesh.world.WorldOptions;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks over real sockets. */
@Timeout(300)
class WebhookHttpTest {
    private static final WorldOptions ANYWHERE = WorldOptions.defaults().withWebhookTargets(WebhookTargets.ANY);

    private Emulator emulator = Emulator.start(EmulatorOptions.defaults().withWorld(ANYWHERE));
    private BotAccount bot = emulator.world().addBot("hooked_bot");
    private Person ann = emulator.world().addUser("Ann", null);

    private void restart(EmulatorOptions options) {
        emulator.close();
        emulator = Emulator.start(options);
        bot = emulator.world().addBot("hooked_bot");
        ann = emulator.world().addUser("Ann", null);
    }

    @AfterEach
    void close() {
        emulator.close();
    }

    private Reply call(String method, Arguments arguments) {
        return emulator.world()
                .call(new Call(bot.token(), false, method, arguments))
                .join();
    }

    private void set(String... arguments) {
        assertThat(call("setWebhook", Arguments.of(arguments))).isEqualTo(new Reply.Ok("true", "Webhook was set"));
    }

    private String info() {
        return ((Reply.Ok) call("getWebhookInfo", Arguments.none())).resultJson();
    }

    private void say(String text) {
        emulator.world().people().say(ann.id(), bot.id(), Outgoing.text(text));
    }

    /** Waits until the info says that. */
    private void awaitInfo(String part) {
        await(() -> info().contains(part), () -> part + " in " + info());
    }

    private static void await(BooleanSupplier condition, Supplier<String> what) {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("waited in vain for " + what.get());
            Thread.onSpinWait();
        }
    }

    @Test
    void anUpdateArrivesWithTheSecretAndTheServersHeaders() throws Exception {
        try (var receiver = new Receiver().ok()) {
            set("url", "http://127.0.0.1:" + receiver.port() + "/hook?a=b", "secret_token", "s3cret");
            say("hi");
            var request = receiver.awaitRequest();
            assertThat(request.head())
                    .isEqualTo(
                            "POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Telegram-Bot-Api-Secret-Token: s3cret\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: "
                                    + request.body().length()
                                    + "\r\nConnection: keep-alive\r\nAccept-Encoding: gzip, deflate\r\n\r\n");
            assertThat(request.text()).isEqualTo("hi");
            awaitInfo("\"pending_update_count\":0");
        }
    }

    @Test
    void theNextUpdateComesOnTheSameConnection() throws Exception {
        try (var receiver = new Receiver()) {
            set("url", "http://localhost:" + receiver.port() + "/");
            for (int i = 0; i < 5; i++) {
                receiver.ok();
                say("m" + i);
                assertThat(receiver.awaitRequest().text()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void theResponseMayBeCompressedAsItIsOffered() throws Exception {
        var call = "{\"method\":\"sendMessage\",\"chat_id\":" + ann.id() + ",\"text\":\"pressed\"}";
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(call.getBytes(StandardCharsets.US_ASCII));
        }
        try (var receiver = new Receiver()) {
            set("url", "http://127.0.0.1:" + receiver.port() + "/");
            receiver.answer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                    + "Content-Length: " + bytes.size() + "\r\n\r\n" + bytes.toString(StandardCharsets.ISO_8859_1));
            say("m");
            assertThat(receiver.awaitRequest().head()).contains("Accept-Encoding: gzip, deflate\r\n");
            await(
                    () -> emulator.world()
                            .people()
                            .transcriptJson(ann.id(), bot.id())
                            .contains("\"pressed\""),
                    () -> "the answer among " + emulator.world().calls().list(CallFilter.all()));
        }
    }

    @Test
    void theResponseMayBeACallInAnyEncoding() throws Exception {
        try (var receiver = new Receiver()) {
            set("url", "http://127.0.0.1:" + receiver.port() + "/");
            receiver.json("{\"method\":\"sendMessage\",\"chat_id\":" + ann.id() + ",\"text\":\"json\"}");
            var form = "method=sendMessage&chat_id=" + ann.id() + "&text=form+it";
            receiver.answer("HTTP/1.1 200 OK\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(form.length()) + "\r\n" + form
                    + "\r\n0\r\n\r\n");
            receiver.answer(
                    "HTTP/1.1 200 OK\r\nContent-Type: multipart/form-data; boundary=b\r\nConnection: close\r\n\r\n"
                            + "--b\r\nContent-Disposition: form-data; name=\"method\"\r\n\r\nsendDocument\r\n"
                            + "--b\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n" + ann.id() + "\r\n"
                            + "--b\r\nContent-Disposition: form-data; name=\"document\"; filename=\"a.txt\"\r\n\r\nabc\r\n--b--\r\n");
            for (int i = 0; i < 3; i++) say("m" + i);
            for (int i = 0; i < 2; i++) receiver.awaitRequest();
            receiver.awaitRequest();
            var calls = emulator.world().calls();
            // The last response has no length: its end is that of its connection.
            await(
                    () -> calls.list(CallFilter.all().withOk(true)).stream()
                                    .filter(call -> call.method().startsWith("send"))
                                    .count()
                            == 3,
                    () -> "three calls among " + calls.list(CallFilter.all()));
            assertThat(emulator.world().people().transcriptJson(ann.id(), bot.id()))
                    .contains("\"json\"", "\"form it\"", "\"a.txt\"");
        }
    }

    @Test
    void aFailureIsRepeatedAndTold() throws Exception {
        try (var receiver = new Receiver()
                .answer("HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno")
                .answer("")
                .ok()) {
            set("url", "http://127.0.0.1:" + receiver.port() + "/");
            say("again");
            receiver.awaitRequest();
            assertThat(receiver.awaitRequest().text()).isEqualTo("again");
            awaitInfo("\"last_error_message\":\"Connection closed\"");
            assertThat(receiver.awaitRequest().text()).isEqualTo("again");
            awaitInfo("\"pending_update_count\":0");
        }
    }

    @Test
    void aFaultCutsTheBodyOfAnUpdateAndItComesAgainWhole() throws Exception {
        emulator.world().faults().add(Fault.cutDelivery().times(1));
        try (var receiver = new Receiver().answer("").ok()) {
            set("url", "http://127.0.0.1:" + receiver.port() + "/");
            say("whole");
            var cut = receiver.awaitRequest();
            assertThat(cut.head()).contains("Content-Length: ");
            assertThat(cut.body()).startsWith("{\"update_id\":").doesNotEndWith("}");
            assertThat(receiver.awaitRequest().text()).isEqualTo("whole");
            awaitInfo("\"pending_update_count\":0");
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (var other = new Receiver();
                var receiver = new Receiver()
                        .answer("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + other.port()
                                + "/\r\nContent-Length: 0\r\n\r\n")
                        .ok()) {
            set("url", "http://127.0.0.1:" + receiver.port() + "/");
            say("x");
            receiver.awaitRequest();
            receiver.awaitRequest();
            assertThat(info()).contains("Wrong response from the webhook: 302 Found");
        }
    }

    @Test
    void nobodyThereIsTold() throws Exception {
        int port;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        set("url", "http://127.0.0.1:" + port + "/");
        awaitInfo("\"last_error_message\":\"Connection refused\"");
    }

    @Test
    void whatIsNoHttpIsAFailure() throws Exception {
        try (var receiver = new Receiver().answer("SSH-2.0-OpenSSH_9.9\r\n\r\n")) {
            set("url", "http://127.0.0.1:" + receiver.port() + "/");
            say("x");
            awaitInfo("\"last_error_message\":\"Response is not HTTP\"");
        }
    }

    @Test
    void aHostThatDoesNotExistIsRefused() {
        assertThat(call("setWebhook", Arguments.of("url", "https://nowhere.invalid/")))
                .isEqualTo(new Reply.Failure(
                        400, "Bad Request: bad webhook: Failed to resolve host: Name or service not known"));
    }

    @Test
    void theHostedServerGoesToNoLoopbackAddressButALocalOneDoes() throws Exception {
        restart(EmulatorOptions.defaults());
        assertThat(call("setWebhook", Arguments.of("url", "https://localhost/")))
                .isEqualTo(new Reply.Failure(400, "Bad Request: bad webhook: IP address 127.0.0.1 is reserved"));
        restart(EmulatorOptions.defaults().withWorld(WorldOptions.defaults().withProfile(Profile.LOCAL)));
        try (var receiver = new Receiver().ok()) {
            set("url", "http://127.0.0.1:" + receiver.port() + "/");
            say("local");
            assertThat(receiver.awaitRequest().text()).isEqualTo("local");
        }
    }

    @Test
    void theGivenAddressIsUsedWhateverTheHostIs() throws Exception {
        try (var receiver = new Receiver().ok()) {
            set("url", "http://bot.invalid:" + receiver.port() + "/", "ip_address", "127.0.0.1");
            say("x");
            assertThat(receiver.awaitRequest().head()).contains("\r\nHost: bot.invalid\r\n");
        }
    }

    @Test
    void aSelfSignedCertificateIsGoodOnceItCameWithTheWebhook(@TempDir Path folder) throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        var file = folder.resolve("keys.p12");
        makeKeys(file, "127.0.0.1");
        try (var in = Files.newInputStream(file)) {
            keys.load(in, "changeit".toCharArray());
        }
        try (var receiver = tls(keys)) {
            var url = "https://127.0.0.1:" + receiver.port() + "/";
            set("url", url);
            awaitInfo("\"last_error_message\":\"SSL error {");

            receiver.ok();
            assertThat(call("deleteWebhook", Arguments.none())).isInstanceOf(Reply.Ok.class);
            var pem = "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder()
                            .encodeToString(keys.getCertificate("bot").getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
            var arguments = Arguments.builder()
                    .add("url", url)
                    .add(new Upload("certificate", "c.pem", "", Blob.of(pem.getBytes(StandardCharsets.US_ASCII))))
                    .build();
            Reply reply;
            do reply = call("setWebhook", arguments);
            while (reply instanceof Reply.Failure failure && failure.code() == 429);
            assertThat(reply).isInstanceOf(Reply.Ok.class);
            say("sealed");
            assertThat(receiver.awaitRequest().text()).isEqualTo("sealed");
            assertThat(info()).contains("\"has_custom_certificate\":true");
        }
    }

    @Test
    void aCertificateForAnotherHostIsNotGoodUnlessAnybodyIsTrusted(@TempDir Path folder) throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        var file = folder.resolve("keys.p12");
        makeKeys(file, "elsewhere.example.org");
        try (var in = Files.newInputStream(file)) {
            keys.load(in, "changeit".toCharArray());
        }
        try (var receiver = tls(keys)) {
            var url = "https://127.0.0.1:" + receiver.port() + "/";
            var pem = "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder()
                            .encodeToString(keys.getCertificate("bot").getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
            var arguments = Arguments.builder()
                    .add("url", url)
                    .add(new Upload("certificate", "c.pem", "", Blob.of(pem.getBytes(StandardCharsets.US_ASCII))))
                    .build();
            assertThat(call("setWebhook", arguments)).isInstanceOf(Reply.Ok.class);
            awaitInfo("\"last_error_message\":\"SSL error {certificate verify failed: Hostname mismatch}\"");

            restart(EmulatorOptions.defaults()
                    .withWorld(ANYWHERE)
                    .withHttp(HttpOptions.defaults().withWebhookTrust(HttpOptions.WebhookTrust.ANYBODY)));
            receiver.ok();
            set("url", url);
            say("trusted");
            assertThat(receiver.awaitRequest().text()).isEqualTo("trusted");
        }
    }

    private static Receiver tls(KeyStore keys) throws Exception {
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return new Receiver(
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    private static void makeKeys(Path file, String name) throws Exception {
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "bot",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-validity",
                        "3650",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }
}
