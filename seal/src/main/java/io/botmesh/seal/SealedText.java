package io.botmesh.seal;

import io.botmesh.seal.SealException.Forged;
import io.botmesh.seal.SealException.Reason;
import java.util.Arrays;

/** What stands under a seal: who sent it, the signature, the content, and zeros that hide its length. */
@SuppressWarnings("ArrayRecordComponent") // taken apart at once, never compared
record SealedText(NodeKey sender, byte[] signature, byte[] content) {
    private static final int HEAD_BYTES = NodeKey.BYTES + Identity.SIGNATURE_BYTES;
    private static final byte END = 1;

    static byte[] write(NodeKey sender, byte[] signature, byte[] content, int padding) {
        if (padding < 0) throw new IllegalArgumentException("padding: " + padding);
        byte[] text = Arrays.copyOf(sender.toBytes(), HEAD_BYTES + content.length + 1 + padding);
        System.arraycopy(signature, 0, text, NodeKey.BYTES, signature.length);
        System.arraycopy(content, 0, text, HEAD_BYTES, content.length);
        text[HEAD_BYTES + content.length] = END;
        return text;
    }

    /** The caller has seen to it that head and mark fit. */
    static SealedText parse(byte[] text) {
        int end = text.length - 1;
        while (end > HEAD_BYTES && text[end] == 0) end--;
        if (text[end] != END) throw new Forged(Reason.PADDING, "no mark ends the content");
        return new SealedText(
                NodeKey.of(Arrays.copyOf(text, NodeKey.BYTES)),
                Arrays.copyOfRange(text, NodeKey.BYTES, HEAD_BYTES),
                Arrays.copyOfRange(text, HEAD_BYTES, end));
    }
}
