using System.Globalization;
using System.Text.Json;

namespace Aurum.Providers.Settings;

/// <summary>
/// A JSON object read strictly: every key must be asked for, every value must be of its kind and in its range. Problems are
/// collected, with the JSON path and what would have been valid, so that one look shows them all. What is read after a
/// problem is a usable stand-in, so that reading goes on.
/// </summary>
public sealed class SettingsNode
{
    private readonly JsonElement _object;
    private readonly List<string> _problems;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="problems">Grows by one line for each problem found here or below.</param>
    public SettingsNode(JsonElement element, string path, List<string> problems)
    {
        _problems = problems;
        Path = path;
        if (element.ValueKind == JsonValueKind.Object)
        {
            _object = element;
            foreach (var twice in element.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            {
                Problem(twice.Key, "stands twice; a key may stand once");
            }
        }
        else
        {
            problems.Add($"{path}: is {Describe(element)}; expected an object");
        }
    }

    /// <summary>JSON path of this object, beginning with <c>$</c>.</summary>
    public string Path { get; }

    /// <summary>The keys of an object whose keys are data, in the order of the file.</summary>
    public IReadOnlyList<string> Keys => _object.ValueKind == JsonValueKind.Object ? [.. _object.EnumerateObject().Select(member => member.Name)] : [];

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Where a text may stand in place of a list.</summary>
    public bool IsText(string key) => Find(key) is { ValueKind: JsonValueKind.String };

    public string String(string key, Func<string, string?>? check = null) => OptionalString(key, check, required: true) ?? "";

    /// <param name="check">Returns what would have been valid, or null when the value is.</param>
    public string? OptionalString(string key, Func<string, string?>? check = null, bool required = false)
    {
        if (Value(key, required) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Problem(key, $"is {Describe(value)}; expected a string");
            return null;
        }

        return Checked(key, value.GetString()!, check);
    }

    public double Number(string key, double fallback, double above, double atMost)
    {
        if (Value(key, required: false) is not { } value)
        {
            return fallback;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number > above && number <= atMost)
        {
            return number;
        }

        Problem(key, string.Create(CultureInfo.InvariantCulture, $"is {Describe(value)}; expected a number above {above} and at most {atMost}"));
        return fallback;
    }

    public bool Boolean(string key, bool fallback)
    {
        if (Value(key, required: false) is not { } value)
        {
            return fallback;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Problem(key, $"is {Describe(value)}; expected true or false");
        return fallback;
    }

    public int Integer(string key, int fallback, int atLeast, int atMost) =>
        Value(key, required: false) is { } value ? AsInteger(key, value, atLeast, atMost, "") ?? fallback : fallback;

    /// <summary>A whole number or null, both meaningful.</summary>
    public int? NullableInteger(string key, int? fallback, int atLeast, int atMost) => Value(key, required: false) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.Null } => null,
        { } value => AsInteger(key, value, atLeast, atMost, " or null") ?? fallback,
    };

    public DateOnly? OptionalDate(string key)
    {
        if (OptionalString(key) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Problem(key, $"is \"{text}\"; expected a date as YYYY-MM-DD");
        return null;
    }

    /// <summary>A list of texts that is not empty and has none twice.</summary>
    public IReadOnlyList<string> Strings(string key, Func<string, string?>? check = null) => OptionalStrings(key, check, required: true) ?? [];

    public IReadOnlyList<string>? OptionalStrings(string key, Func<string, string?>? check = null, bool required = false)
    {
        if (Value(key, required) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Problem(key, $"is {Describe(value)}; expected a list of at least one string");
            return null;
        }

        var texts = new List<string>();
        foreach (var (item, index) in value.EnumerateArray().Select((item, index) => (item, index)))
        {
            var at = $"{key}[{index}]";
            if (item.ValueKind != JsonValueKind.String)
            {
                Problem(at, $"is {Describe(item)}; expected a string");
            }
            else if (texts.Contains(item.GetString()!))
            {
                Problem(at, $"is \"{item.GetString()}\" a second time; each may stand once");
            }
            else if (Checked(at, item.GetString()!, check) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <summary>An object inside this one; an empty one when it is absent, so that its defaults apply.</summary>
    public SettingsNode Child(string key) =>
        Value(key, required: false) is { } value
            ? new SettingsNode(value, Below(key), _problems)
            : new SettingsNode(JsonDocument.Parse("{}").RootElement, Below(key), _problems);

    /// <summary>A list of objects with at least one in it.</summary>
    public IReadOnlyList<SettingsNode> Children(string key)
    {
        if (Value(key, required: true) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Problem(key, $"is {Describe(value)}; expected a list of at least one object");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, index) => new SettingsNode(item, $"{Below(key)}[{index}]", _problems))];
    }

    /// <summary>An object whose keys are data: name to list of texts, in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> StringLists(string key)
    {
        if (Value(key, required: false) is not { } value)
        {
            return [];
        }

        var inner = new SettingsNode(value, Below(key), _problems);
        return inner._object.ValueKind != JsonValueKind.Object
            ? []
            : [.. inner._object.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, inner.Strings(member.Name)))];
    }

    /// <summary>An object whose keys are data: name to text. A number, true or false counts as its own text.</summary>
    /// <param name="check">Returns what is wrong with a key, or null when it may stand here.</param>
    public IReadOnlyDictionary<string, string> Texts(string key, Func<string, string?>? check = null)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Value(key, required: false) is not { } value)
        {
            return texts;
        }

        var inner = new SettingsNode(value, Below(key), _problems);
        foreach (var member in inner._object.ValueKind == JsonValueKind.Object ? inner._object.EnumerateObject().ToArray() : [])
        {
            if (member.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False))
            {
                inner.Problem(member.Name, $"is {Describe(member.Value)}; expected a string, a number, true or false");
            }
            else if (check?.Invoke(member.Name) is { } wrong)
            {
                inner.Problem(member.Name, wrong);
            }
            else
            {
                texts[member.Name] = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
            }
        }

        return texts;
    }

    /// <summary>Call last: keys that nobody asked for are problems.</summary>
    public void NothingElse()
    {
        if (_object.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in _object.EnumerateObject().Where(member => !_known.Contains(member.Name)))
        {
            Problem(member.Name, $"is no known key; valid here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }

    /// <summary>Adds a problem of a key of this object.</summary>
    public void Problem(string key, string text) => _problems.Add($"{Below(key)}: {text}");

    private string Below(string key) => $"{Path}.{key}";

    private JsonElement? Find(string key) =>
        _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(key, out var value) ? value : null;

    private JsonElement? Value(string key, bool required)
    {
        _known.Add(key);
        var value = Find(key);
        if (value is null && required && _object.ValueKind == JsonValueKind.Object)
        {
            Problem(key, "is missing");
        }

        return value;
    }

    private int? AsInteger(string key, JsonElement value, int atLeast, int atMost, string orElse)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= atLeast && number <= atMost)
        {
            return number;
        }

        Problem(key, $"is {Describe(value)}; expected a whole number from {atLeast} to {atMost}{orElse}");
        return null;
    }

    private string? Checked(string key, string text, Func<string, string?>? check)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            Problem(key, "is empty; expected some text");
            return null;
        }

        if (check?.Invoke(text) is { } valid)
        {
            Problem(key, $"is \"{text}\"; expected {valid}");
            return null;
        }

        return text;
    }

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "an empty list" : "a list",
        JsonValueKind.Null => "null",
        _ when value.GetRawText().Length > 60 => $"{value.GetRawText()[..60]}…",
        _ => value.GetRawText(),
    };
}
