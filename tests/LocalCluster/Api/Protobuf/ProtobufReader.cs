using System.Text;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api.Protobuf;

/// <summary>Reads the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/).</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The current field's number.</summary>
    public int Field { get; private set; }

    /// <summary>The value of the current field if it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of the current field if it is length-delimited: a string, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Reads the next field. Returns false at the end.</summary>
    /// <exception cref="ApiException">400: the bytes are not a valid message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Bytes = Take(8);
                break;
            case 2:
                Bytes = Take(checked((int)Varint()));
                break;
            case 5:
                Bytes = Take(4);
                break;
            default:
                throw Malformed();
        }

        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw Malformed();
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static ApiException Malformed() => ApiException.BadRequest("the protobuf body cannot be read");
}
