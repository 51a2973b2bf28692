namespace EasyQuant.Data.Arrays;

/// <summary>The Python dictionary in the head of a .npy file: <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (2, 3), }</c>.</summary>
internal sealed record NpyDescription(string ElementType, bool IsFortranOrder, long[] Extents)
{
    // NumPy's own limit.
    private const int MaximumRank = 64;

    /// <summary>Reads the dictionary: exactly these three keys, in any order.</summary>
    /// <exception cref="InvalidSampleException">The text says something else.</exception>
    public static NpyDescription Parse(string text, string name)
    {
        Parser parser = new(text, name);
        string? elementType = null;
        bool? isFortranOrder = null;
        long[]? extents = null;
        parser.Expect('{');
        while (!parser.TryTake('}'))
        {
            string key = parser.TakeString();
            parser.Expect(':');
            switch (key)
            {
                case "descr": elementType = parser.TakeString(); break;
                case "fortran_order": isFortranOrder = parser.TakeBoolean(); break;
                case "shape": extents = parser.TakeTuple(); break;
                default: throw parser.Malformed($"the key '{key}'");
            }

            if (!parser.TryTake(','))
            {
                parser.Expect('}');
                break;
            }
        }

        return elementType is not null && isFortranOrder is not null && extents is not null
            ? new NpyDescription(elementType, isFortranOrder.Value, extents)
            : throw parser.Malformed("no 'descr', 'fortran_order' or 'shape'");
    }

    private ref struct Parser(string text, string name)
    {
        private ReadOnlySpan<char> _rest = text;

        public bool TryTake(char c)
        {
            _rest = _rest.TrimStart();
            if (_rest.IsEmpty || _rest[0] != c)
            {
                return false;
            }

            _rest = _rest[1..];
            return true;
        }

        public void Expect(char c)
        {
            if (!TryTake(c))
            {
                throw Malformed($"no '{c}' where one should be");
            }
        }

        public string TakeString()
        {
            char quote = TryTake('"') ? '"' : '\'';
            if (quote == '\'' && !TryTake('\''))
            {
                throw Malformed("a value that is no text (records and objects are not read)");
            }

            int end = _rest.IndexOf(quote);
            if (end < 0)
            {
                throw Malformed("a text without end");
            }

            string result = _rest[..end].ToString();
            _rest = _rest[(end + 1)..];
            return result;
        }

        public bool TakeBoolean()
        {
            _rest = _rest.TrimStart();
            bool value = _rest.StartsWith("True");
            if (!value && !_rest.StartsWith("False"))
            {
                throw Malformed("a 'fortran_order' that is neither True nor False");
            }

            _rest = _rest[(value ? 4 : 5)..];
            return value;
        }

        public long[] TakeTuple()
        {
            List<long> extents = [];
            Expect('(');
            while (!TryTake(')'))
            {
                _rest = _rest.TrimStart();
                int digits = _rest.IndexOfAnyExceptInRange('0', '9');
                if (digits <= 0 || extents.Count == MaximumRank || !long.TryParse(_rest[..digits], out long extent))
                {
                    throw Malformed("a 'shape' that is no tuple of counts");
                }

                extents.Add(extent);
                _rest = _rest[digits..];
                if (!TryTake(','))
                {
                    Expect(')');
                    break;
                }
            }

            return [.. extents];
        }

        public readonly InvalidSampleException Malformed(string finding) => new($"Array '{name}' has a malformed .npy header: {finding}. Save it again with numpy.save.");
    }
}
