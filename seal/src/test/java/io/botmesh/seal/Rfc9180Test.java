package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.crypto.hpke.HPKE;
import org.junit.jupiter.api.Test;

/** The published vectors of RFC 9180, appendix A.1.1: the suite that the seal uses, in base mode. */
class Rfc9180Test {
    private static final byte[] INFO = hex("4f6465206f6e2061204772656369616e2055726e");
    private static final byte[] EPHEMERAL_SEED =
            hex("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234");
    private static final byte[] READER_SEED = hex("6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037");
    private static final byte[] ENC = hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
    private static final byte[] READER_KEY = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
    private static final byte[] READER_SECRET = hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
    private static final byte[] TEXT = "Beauty is truth, truth beauty".getBytes(StandardCharsets.US_ASCII);

    private final HPKE hpke =
            new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);

    @Test
    void keysAreDerivedAsPublished() {
        var reader = hpke.deriveKeyPair(READER_SEED);
        assertThat(hpke.serializePublicKey(reader.getPublic())).isEqualTo(READER_KEY);
        assertThat(ReaderSecret.of(READER_SECRET).key().toBytes()).isEqualTo(READER_KEY);
    }

    @Test
    void whatIsSealedIsWhatIsPublished() throws Exception {
        var context = hpke.setupBaseS(ReaderKey.of(READER_KEY).parameters(), INFO, hpke.deriveKeyPair(EPHEMERAL_SEED));
        assertThat(context.getEncapsulation()).isEqualTo(ENC);
        assertThat(context.seal(ascii("Count-0"), TEXT))
                .isEqualTo(hex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
                        + "6d8770ac83d07bea87e13c512a"));
        assertThat(context.seal(ascii("Count-1"), TEXT))
                .isEqualTo(hex("af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab25"
                        + "1c03d0c22a56b8ca42c2063b84"));
    }

    @Test
    void whatIsPublishedOpens() throws Exception {
        var context = hpke.setupBaseR(ENC, ReaderSecret.of(READER_SECRET).pair(), INFO);
        assertThat(context.open(
                        ascii("Count-0"),
                        hex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
                                + "6d8770ac83d07bea87e13c512a")))
                .isEqualTo(TEXT);
        assertThat(context.export(new byte[0], 32))
                .isEqualTo(hex("3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee"));
        assertThat(context.export(ascii("TestContext"), 32))
                .isEqualTo(hex("e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
