using System.Numerics;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary><c>x</c> where that is positive, <c>alpha · x</c> where it is not</summary>
internal readonly struct LeakyRelu(float alpha) : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Min(x, T.Zero, scratch);
        TensorPrimitives.Multiply(scratch, T.CreateChecked(alpha), scratch);
        TensorPrimitives.Max(x, T.Zero, y);
        TensorPrimitives.Add(y, scratch, y);
    }
}

/// <summary><c>max(0, min(1, alpha · x + beta))</c></summary>
internal readonly struct HardSigmoid(float alpha, float beta) : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Multiply(x, T.CreateChecked(alpha), y);
        TensorPrimitives.Add(y, T.CreateChecked(beta), y);
        TensorPrimitives.Max(y, T.Zero, y);
        TensorPrimitives.Min(y, T.One, y);
    }
}

/// <summary><c>x · max(0, min(1, x / 6 + 1/2))</c></summary>
internal readonly struct HardSwish : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        new HardSigmoid(1f / 6, 0.5f).Apply(x, scratch, y);
        TensorPrimitives.Multiply(x, scratch, y);
    }
}

/// <summary><c>x · sigmoid(alpha · x)</c></summary>
internal readonly struct Swish(float alpha) : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Multiply(x, T.CreateChecked(alpha), scratch);
        PortableFunctions.Sigmoid<T>(scratch, scratch);
        TensorPrimitives.Multiply(x, scratch, y);
    }
}

/// <summary><c>x</c> where that is positive, <c>alpha · (e^x − 1)</c> where it is not; with a factor on both (Selu)</summary>
internal readonly struct Elu(float alpha, float gamma = 1) : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Min(x, T.Zero, scratch);
        PortableFunctions.Exp<T>(scratch, scratch);
        TensorPrimitives.Subtract(scratch, T.One, scratch);
        TensorPrimitives.Multiply(scratch, T.CreateChecked(alpha), scratch);
        TensorPrimitives.Max(x, T.Zero, y);
        TensorPrimitives.Add(y, scratch, y);
        TensorPrimitives.Multiply(y, T.CreateChecked(gamma), y);
    }
}

/// <summary><c>max(0, x) + min(0, alpha · (e^(x / alpha) − 1))</c></summary>
internal readonly struct Celu(float alpha) : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T a = T.CreateChecked(alpha);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = T.Max(T.Zero, x[i]) + T.Min(T.Zero, a * T.ExpM1(x[i] / a));
        }
    }
}

/// <summary><c>ln(1 + e^x)</c>, without overflow</summary>
internal readonly struct Softplus : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = T.Max(x[i], T.Zero) + T.LogP1(T.Exp(-T.Abs(x[i])));
        }
    }
}

/// <summary><c>x / (1 + |x|)</c></summary>
internal readonly struct Softsign : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = x[i] / (T.One + T.Abs(x[i]));
        }
    }
}

/// <summary><c>x</c> above the threshold, otherwise 0</summary>
internal readonly struct ThresholdedRelu(float alpha) : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T a = T.CreateChecked(alpha);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = x[i] > a ? x[i] : T.Zero;
        }
    }
}

/// <summary><c>x · tanh(ln(1 + e^x))</c></summary>
internal readonly struct Mish : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = x[i] * T.Tanh(T.Max(x[i], T.Zero) + T.LogP1(T.Exp(-T.Abs(x[i]))));
        }
    }
}

/// <summary>The error function.</summary>
internal readonly struct Erf : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = T.CreateChecked(ErrorFunction.Of(double.CreateChecked(x[i])));
        }
    }
}

/// <summary><c>x / 2 · (1 + erf(x / √2))</c></summary>
internal readonly struct Gelu : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = x[i] * T.CreateChecked(0.5 * (1 + ErrorFunction.Of(double.CreateChecked(x[i]) * Math.Sqrt(0.5))));
        }
    }
}

/// <summary><c>x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))</c></summary>
internal readonly struct GeluTanh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T half = T.CreateChecked(0.5);
        T slope = T.CreateChecked(Math.Sqrt(2 / Math.PI));
        T cubic = T.CreateChecked(0.044715);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = half * x[i] * (T.One + T.Tanh(slope * (x[i] + cubic * x[i] * x[i] * x[i])));
        }
    }
}
