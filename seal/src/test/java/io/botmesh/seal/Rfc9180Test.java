package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;

/** The published vectors of RFC 9180, appendix A.1.1: the suite that the seal uses, in base mode. */
class Rfc9180Test {
    private static final byte[] INFO = hex("4f6465206f6e2061204772656369616e2055726e");
    private static final byte[] EPHEMERAL_SEED =
            hex("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234");
    private static final byte[] ENC = hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
    private static final byte[] READER_KEY = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
    private static final byte[] READER_SECRET = hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
    private static final byte[] TEXT = "Beauty is truth, truth beauty".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] AAD = ascii("Count-0");
    private static final byte[] CIPHERTEXT =
            hex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9" + "6d8770ac83d07bea87e13c512a");

    private final Hpke ours = new Hpke(INFO);
    private final HPKE library =
            new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);

    private byte[] ephemeral() {
        var pair = library.deriveKeyPair(EPHEMERAL_SEED);
        return ((X25519PrivateKeyParameters) pair.getPrivate()).getEncoded();
    }

    @Test
    void keysAreDerivedAsPublished() {
        assertThat(ReaderSecret.of(READER_SECRET).key().toBytes()).isEqualTo(READER_KEY);
    }

    @Test
    void whatIsSealedIsWhatIsPublished() {
        assertThat(ours.seal(ephemeral(), READER_KEY, AAD, TEXT)).isEqualTo(JdkHpke.join(ENC, CIPHERTEXT));
    }

    @Test
    void whatIsPublishedOpens() throws Exception {
        assertThat(ours.open(READER_SECRET, READER_KEY, AAD, JdkHpke.join(ENC, CIPHERTEXT)))
                .isEqualTo(TEXT);
    }

    /** BouncyCastle has an HPKE of its own, which the seal does not use because its cipher is slow. */
    @Test
    void whatTheLibrarySealsOpensAndTheOtherWayRound() throws Exception {
        var secret = new X25519PrivateKeyParameters(READER_SECRET);
        var pair = new AsymmetricCipherKeyPair(secret.generatePublicKey(), secret);
        for (int size : new int[] {0, 1, 15, 16, 17, 7_678, 1 << 20}) {
            byte[] text = Hash.random(size);
            var sender = library.setupBaseS(pair.getPublic(), INFO);
            byte[] theirs = JdkHpke.join(sender.getEncapsulation(), sender.seal(AAD, text));
            assertThat(ours.open(READER_SECRET, READER_KEY, AAD, theirs)).isEqualTo(text);
            byte[] sealed = ours.seal(Hash.random(32), READER_KEY, AAD, text);
            var receiver = library.setupBaseR(Arrays.copyOf(sealed, Hpke.ENC_BYTES), pair, INFO);
            assertThat(receiver.open(AAD, Arrays.copyOfRange(sealed, Hpke.ENC_BYTES, sealed.length)))
                    .isEqualTo(text);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
