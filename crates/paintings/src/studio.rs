//! A table, a lamp and a camera.

use crate::{
    canvas::Picture,
    colour::Colour,
    space::{Point, Vector, vector},
};

/// A body: where it is and how it looks.
pub(crate) trait Solid {
    /// To its surface, or a little less.
    fn distance(&self, p: Vector) -> f32;

    fn skin(&self, p: Vector) -> Skin;
}

/// How a surface takes the light.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Skin {
    pub(crate) colour: Colour,
    /// 0 is chalk, 1 is glass.
    pub(crate) gloss: f32,
    /// The colour is that of what it mirrors.
    pub(crate) metal: bool,
    /// Gives light itself.
    pub(crate) glow: f32,
}

impl Skin {
    pub(crate) fn of(colour: Colour, gloss: f32) -> Self {
        Self {
            colour,
            gloss,
            metal: false,
            glow: 0.0,
        }
    }
}

/// A solid on a table.
pub(crate) struct Studio<S> {
    pub(crate) solid: S,
    /// The table and, far away, the wall.
    pub(crate) backdrop: Colour,
    /// A ball around the solid: the height of its middle, and its radius.
    pub(crate) ball: (f32, f32),
    /// How far down the camera looks, in radians.
    pub(crate) pitch: f32,
    /// How much of the ball's radius half of the picture shows.
    pub(crate) reach: f32,
    /// How bright the lamp is.
    pub(crate) lamp: f32,
}

const WARM: Colour = Colour::of(255, 244, 226);
const COOL: Colour = Colour::of(206, 218, 236);
/// Focal length: the higher, the flatter.
const LENS: f32 = 4.0;
const SURFACE: f32 = 0.0012;
const STEPS: usize = 110;

fn towards_lamp() -> Vector {
    vector(-0.52, 0.72, 0.46)
}

impl<S: Solid> Picture for Studio<S> {
    fn at(&self, p: Point) -> Colour {
        let (eye, ray) = self.ray(p);
        let seen = match self.met(eye, ray) {
            Some(point) => self.lit(point, ray),
            None => self.table(eye, ray),
        };
        let corner = 1.0 - 0.16 * p.dot(p) * 0.5;
        exposed(seen * corner)
    }
}

/// Highlights roll off as on film.
fn exposed(light: Colour) -> Colour {
    let film = |light: f32| {
        let light = light.max(0.0);
        (light * (1.0 + 0.12 * light)) / (1.0 + 0.30 * light)
    };
    Colour {
        r: film(light.r),
        g: film(light.g),
        b: film(light.b),
    } * 1.12
}

impl<S: Solid> Studio<S> {
    fn ray(&self, p: Point) -> (Vector, Vector) {
        let (middle, radius) = self.ball;
        let target = vector(0.0, middle, 0.0);
        let (sin, cos) = self.pitch.sin_cos();
        let back = vector(0.0, sin, cos);
        let eye = target + back * (radius * self.reach * LENS);
        let right = vector(1.0, 0.0, 0.0);
        let up = back.cross(right);
        (eye, (right * p.x + up * p.y - back * LENS).unit())
    }

    /// Follows a ray by the distance that is surely free.
    fn met(&self, eye: Vector, ray: Vector) -> Option<Vector> {
        let (mut near, far) = self.within_ball(eye, ray)?;
        for _ in 0..STEPS {
            let point = eye + ray * near;
            let free = self.solid.distance(point);
            if free < SURFACE {
                return (point.y > -SURFACE).then_some(point);
            }
            near += free * 0.97;
            if near > far {
                return None;
            }
        }
        None
    }

    /// Where a ray is inside the ball.
    fn within_ball(&self, from: Vector, ray: Vector) -> Option<(f32, f32)> {
        let (middle, radius) = self.ball;
        let apart = from - vector(0.0, middle, 0.0);
        let (along, off) = (apart.dot(ray), apart.dot(apart) - radius * radius);
        let root = along * along - off;
        if root < 0.0 {
            return None;
        }
        let root = root.sqrt();
        (root > along).then(|| ((-along - root).max(0.0), root - along))
    }

    fn normal(&self, p: Vector) -> Vector {
        const CORNERS: [Vector; 4] = [
            vector(1.0, -1.0, -1.0),
            vector(-1.0, -1.0, 1.0),
            vector(-1.0, 1.0, -1.0),
            vector(1.0, 1.0, 1.0),
        ];
        let leaning = CORNERS.map(|corner| corner * self.solid.distance(p + corner * 0.0015));
        leaning
            .into_iter()
            .fold(vector(0.0, 0.0, 0.0), |sum, one| sum + one)
            .unit()
    }

    fn lit(&self, p: Vector, ray: Vector) -> Colour {
        let normal = self.normal(p);
        let skin = self.solid.skin(p);
        let lamp = towards_lamp().unit();
        let open = self.open(p, normal);
        let facing = normal.dot(lamp).max(0.0);
        let shade = if facing > 0.0 {
            self.shade(p + normal * 0.01, lamp)
        } else {
            0.0
        };
        let direct = facing * shade;
        let around = 0.30 + 0.22 * normal.y;
        let bounce = (0.5 - 0.5 * normal.y) * 0.28;
        let falling =
            WARM * (1.25 * direct * self.lamp) + COOL * (around * open) + self.backdrop * (bounce * open);
        let mirrored = surroundings(ray.reflected(normal), shade, self.lamp) * open;
        let edge = (1.0 + ray.dot(normal)).clamp(0.0, 1.0).powi(4);
        let seen = if skin.metal {
            skin.colour.through(falling) * 0.25 + skin.colour.mix(WARM, edge * 0.5).through(mirrored) * 1.05
        } else {
            skin.colour.through(falling) + mirrored * (skin.gloss * (0.05 + 0.5 * edge))
        };
        seen + skin.colour * skin.glow
    }

    fn table(&self, eye: Vector, ray: Vector) -> Colour {
        let wall = self.backdrop * (0.92 + 0.5 * ray.y);
        if ray.y >= -0.001 {
            return wall;
        }
        let p = eye + ray * (eye.y / -ray.y);
        let lamp = towards_lamp().unit();
        let shade = self.shade(p + vector(0.0, 0.004, 0.0), lamp);
        let near = self.solid.distance(p) < 0.6;
        let open = if near {
            self.open(p, vector(0.0, 1.0, 0.0))
        } else {
            1.0
        };
        let falling = WARM * (0.68 * self.lamp * shade) + COOL * (0.30 * open);
        let far = ((p.length() - 2.0 * self.ball.1) / (7.0 * self.ball.1)).clamp(0.0, 1.0);
        self.backdrop.through(falling).mix(wall, far)
    }

    /// How much of the lamp is seen from a point; soft, as the lamp is not small.
    fn shade(&self, from: Vector, lamp: Vector) -> f32 {
        let Some((near, far)) = self.within_ball(from, lamp) else {
            return 1.0;
        };
        let mut along = near.max(0.015);
        let mut seen: f32 = 1.0;
        for _ in 0..48 {
            let free = self.solid.distance(from + lamp * along);
            seen = seen.min(9.0 * free / along);
            along += free.clamp(0.012, 0.2);
            if seen < 0.004 || along > far {
                break;
            }
        }
        let seen = seen.clamp(0.0, 1.0);
        seen * seen * (3.0 - 2.0 * seen)
    }

    /// How much of the room is seen from a point.
    fn open(&self, p: Vector, normal: Vector) -> f32 {
        let mut hidden = 0.0;
        for (step, weight) in [(0.03, 1.0), (0.09, 0.7), (0.2, 0.45), (0.38, 0.25)] {
            let point = p + normal * step;
            let free = self.solid.distance(point).min(point.y.max(0.0));
            hidden += (step - free).max(0.0) * weight;
        }
        (1.0 - 1.3 * hidden).clamp(0.12, 1.0)
    }
}

/// What a shiny surface mirrors: a large soft lamp at the left, a strip at the right, a dim room.
fn surroundings(ray: Vector, shade: f32, lamp: f32) -> Colour {
    let towards = ray.dot(towards_lamp().unit()).max(0.0);
    let window = ((towards - 0.80) / 0.10).clamp(0.0, 1.0) * shade;
    let strip = ((ray.dot(vector(0.86, 0.25, 0.44)) - 0.90) / 0.05).clamp(0.0, 1.0);
    let room = COOL * (0.22 + 0.34 * (ray.y * 0.5 + 0.5));
    let table = WARM * (0.20 * (-ray.y).max(0.0));
    room + table + WARM * (2.6 * window * lamp) + COOL * (0.9 * strip * lamp)
}
