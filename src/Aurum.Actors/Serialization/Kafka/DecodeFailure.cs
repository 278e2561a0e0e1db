namespace Aurum.Actors.Serialization.Kafka;

/// <summary>What is wrong with a record that cannot be decoded. None of it goes away by trying again.</summary>
public enum DecodeFailureKind
{
    /// <summary>Fewer bytes than the framing alone has.</summary>
    TooShort,

    /// <summary>Not in the schema registry's wire format.</summary>
    WrongMagicByte,

    /// <summary>The registry knows no schema of that id.</summary>
    UnknownSchema,

    /// <summary>The writer's schema cannot be read as ours.</summary>
    IncompatibleSchema,

    /// <summary>The body ends in the middle of a field.</summary>
    Truncated,

    /// <summary>Bytes are left after the last field.</summary>
    TrailingBytes,

    /// <summary>A length or count that no body can have.</summary>
    InvalidLength,

    /// <summary>A text that is no UTF-8.</summary>
    InvalidUtf8,

    /// <summary>A number, date or branch outside its range.</summary>
    InvalidValue,
}

/// <summary>Why a record could not be decoded.</summary>
/// <param name="Detail">For people: what was found and what was expected; nothing of the record's content beyond numbers.</param>
public sealed record DecodeFailure(DecodeFailureKind Kind, string Detail)
{
    public override string ToString() => $"{Kind}: {Detail}";
}

/// <summary>A decoded value, or the failure that stands in its place.</summary>
public readonly record struct Decoded<T>
{
    private Decoded(T? value, DecodeFailure? failure) => (_value, Failure) = (value, failure);

    private readonly T? _value;

    /// <summary>Null when the value was decoded.</summary>
    public DecodeFailure? Failure { get; }

    public bool IsDecoded => Failure is null;

    /// <exception cref="InvalidOperationException">There is a failure instead.</exception>
    public T Value => Failure is null ? _value! : throw new InvalidOperationException($"There is no value: {Failure}");

    public static implicit operator Decoded<T>(T value) => new(value, null);

    public static implicit operator Decoded<T>(DecodeFailure failure) => new(default, failure);
}

/// <summary>Ends the reading of a body; turned into a <see cref="DecodeFailure"/> before it leaves the codec.</summary>
internal sealed class MalformedAvroException(DecodeFailureKind kind, string detail) : Exception(detail)
{
    public DecodeFailure Failure { get; } = new(kind, detail);
}
