/**
 * σ and tanh as WGSL functions. The built-in tanh overflows on some drivers, and exp of what is beyond the limits here
 * changes nothing in float32.
 */
export const activations = `
fn sigmoid(x: vec3f) -> vec3f { return 1.0 / (1.0 + exp(-clamp(x, vec3f(-30.0), vec3f(30.0)))); }
fn hyperbolicTangent(x: vec4f) -> vec4f {
  return 1.0 - 2.0 / (exp(2.0 * clamp(x, vec4f(-15.0), vec4f(15.0))) + 1.0);
}`;
